using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Files of arrays, as samples of a model.</summary>
internal sealed class ArrayTarget(string name, Func<Dice, byte[]> make) : FuzzTarget
{
    private static readonly SampleInput s_any = new("x", DataType.Float32, (SymbolicShape?)null);

    private static readonly SampleInput s_picture = new("x", DataType.Float32, [1, 1, 28, 28]);

    public override string Name => name;

    public override byte[] Make(Dice dice) => make(dice);

    public override void Try(string path, CancellationToken cancellationToken)
    {
        // Arrays of any shape, and pictures of one size: a refusal as the one does not save from the other.
        List<InvalidSampleException> refusals = [];
        foreach (SampleInput input in new[] { s_any, s_picture })
        {
            try
            {
                ReadAll(path, input);
            }
            catch (InvalidSampleException refusal)
            {
                refusals.Add(refusal);
            }
        }

        if (refusals.Count == 2)
        {
            throw refusals[0];
        }
    }

    // A compressed file may unpack to what the format can pack into it, and samples are copied once.
    public override long AllowedBytes(long length) => (16L << 20) + 8 * 1032 * length;

    private static void ReadAll(string path, SampleInput input)
    {
        ISampleSource source = SampleSources.Open(path, [input], new Preprocess());
        for (int i = 0; i < Math.Min(source.Count, 4); i++)
        {
            source.Read(i);
        }

        (source as IDisposable)?.Dispose();
    }
}
