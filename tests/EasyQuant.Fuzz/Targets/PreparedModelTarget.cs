using EasyQuant.Fuzz.Kit;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Prepared;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Prepared models, changed and given the checksum that fits, so that what is behind it has to look for itself.</summary>
internal sealed class PreparedModelTarget : FuzzTarget
{
    private readonly Lazy<byte[][]> _seeds = new(() => [.. QuantizedSeeds.Models.Select(Written)]);

    public override string Name => "prepared";

    public override string FileName => "model.eqm";

    public override byte[] Make(Dice dice)
    {
        byte[] seed = dice.Pick(_seeds.Value);
        PreparedHeader header = PreparedHeader.Read(seed, seed.Length);
        if (dice.OnceIn(8))
        {
            return ByteMutations.Mutate(seed, dice, PreparedHeader.Length);
        }

        ReadOnlySpan<byte> body = seed.AsSpan(PreparedHeader.Length);
        byte[] structure = ByteMutations.Mutate(body[..(int)header.StructureLength].ToArray(), dice, (int)header.StructureLength);
        return Seal(structure, seed.AsSpan((int)header.DataOffset));
    }

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = PreparedModelFile.Read(path);
        ModelUse.RunInIntegers(model, cancellationToken);
    }

    public override long AllowedBytes(long length) => long.MaxValue;

    private static byte[] Written(Model model)
    {
        using MemoryStream stream = new();
        PreparedModelFile.Write(model, stream);
        return stream.ToArray();
    }

    private static byte[] Seal(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> constants)
    {
        PreparedHeader header = new(structure.Length, 0, 0);
        byte[] file = new byte[header.DataOffset + constants.Length];
        structure.CopyTo(file.AsSpan(PreparedHeader.Length));
        constants.CopyTo(file.AsSpan((int)header.DataOffset));
        header = header with { FileLength = file.Length };
        header.Write(file);
        PreparedChecksum checksum = new();
        checksum.Add(file);
        (header with { Checksum = checksum.Value }).Write(file);
        return file;
    }
}
