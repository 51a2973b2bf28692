using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>The samples of an .npz archive: for each input the array of its name, samples along the first axis.</summary>
/// <remarks>
/// A model with one input also takes the only array of an archive, whatever its name. An array <c>labels</c> or <c>label</c>
/// of integers that is no input gives the classes. The arrays stay in memory: a compressed archive cannot be read by parts.
/// </remarks>
public sealed class NpzSource : ISampleSource
{
    private readonly string _path;
    private readonly (SampleInput Input, Tensor Array, Shape Sample)[] _arrays;
    private readonly long[]? _labels;

    /// <summary>The samples of an archive.</summary>
    /// <exception cref="InvalidSampleException">The archive is damaged, an input has no array, or the arrays do not fit the inputs or each other.</exception>
    public NpzSource(string path, IReadOnlyList<SampleInput> inputs)
    {
        _path = path;
        IReadOnlyDictionary<string, Tensor> archive = NpzArchive.Read(path);
        string? labelName = LabelNames.FirstOrDefault(n => archive.ContainsKey(n) && inputs.All(i => i.Name != n));
        _arrays = [.. inputs.Select(i => Open(i, archive, labelName, inputs.Count))];
        Count = _arrays.Length > 0 ? _arrays[0].Array.Shape[0] : throw new InvalidSampleException($"'{path}' cannot give samples to a model without inputs.");
        foreach ((SampleInput input, Tensor array, _) in _arrays)
        {
            CheckCount(array, $"the array of input '{input.Name}'");
        }

        if (labelName is not null)
        {
            CheckCount(archive[labelName], $"the array '{labelName}'");
            _labels = ToLabels(archive[labelName], labelName);
        }
    }

    private static IReadOnlyList<string> LabelNames { get; } = ["labels", "label"];

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        string name = $"{_path}[{index}]";
        return new Sample(
            name,
            _arrays.ToDictionary(a => a.Input.Name, a => a.Input.Fit(SampleSlices.Slice(a.Array, a.Sample, index), name), StringComparer.Ordinal),
            (int?)_labels?[index]);
    }

    private (SampleInput Input, Tensor Array, Shape Sample) Open(SampleInput input, IReadOnlyDictionary<string, Tensor> archive, string? labelName, int inputCount)
    {
        string[] candidates = [.. archive.Keys.Where(k => k != labelName)];
        string? name = archive.ContainsKey(input.Name) ? input.Name : inputCount == 1 && candidates.Length == 1 ? candidates[0] : null;
        if (name is null)
        {
            throw new InvalidSampleException($"Archive '{_path}' has no array for input {input}; it has {(candidates.Length == 0 ? "none" : string.Join(", ", candidates.Select(c => $"'{c}'")))}. Save it with numpy.savez(path, **{{\"{input.Name}\": samples}}).");
        }

        Tensor array = archive[name];
        Shape sample = SampleSlices.ShapeOf(array.Shape, input, $"{_path}:{name}");
        input.CheckFit(array.Type, sample, $"{_path}:{name}[0]");
        return (input, array, sample);
    }

    private void CheckCount(Tensor array, string title)
    {
        if (array.Shape.Rank == 0 || array.Shape[0] != Count)
        {
            throw new InvalidSampleException($"Archive '{_path}': {title} has shape {array.Shape}, expected {Count} along its first axis like the others.");
        }
    }

    private long[] ToLabels(Tensor array, string name)
    {
        long[]? labels = array.Shape.Rank != 1 ? null : array.Type switch
        {
            DataType.Int64 => array.AsSpan<long>().ToArray(),
            DataType.Int32 => Array.ConvertAll(array.AsSpan<int>().ToArray(), x => (long)x),
            DataType.UInt8 => Array.ConvertAll(array.AsSpan<byte>().ToArray(), x => (long)x),
            _ => null,
        };
        return labels is not null && labels.All(l => l is >= 0 and <= int.MaxValue)
            ? labels
            : throw new InvalidSampleException($"Archive '{_path}': the array '{name}' is {array}; expected class numbers (0, 1, ...) as i64, i32 or u8 along one axis.");
    }
}
