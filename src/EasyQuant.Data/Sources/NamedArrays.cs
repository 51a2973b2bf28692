using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>Which array of an archive goes to which input of a model.</summary>
/// <remarks>
/// By name; a model with one input also takes the only array, whatever its name. An array <c>labels</c> or <c>label</c> that is no input gives
/// classes. Any other array is a mistake, of a name most likely, and refused.
/// </remarks>
internal static class NamedArrays
{
    private static readonly string[] s_labelNames = ["labels", "label"];

    /// <summary>The array of labels, where there is one.</summary>
    public static string? LabelName(IReadOnlyDictionary<string, Tensor> archive, IReadOnlyList<SampleInput> inputs) =>
        s_labelNames.FirstOrDefault(n => archive.ContainsKey(n) && inputs.All(i => i.Name != n));

    /// <summary>The name of each input's array, in the order of the inputs; nothing for a state that the archive leaves out.</summary>
    /// <exception cref="InvalidSampleException">An input has no array, or an array no input.</exception>
    public static IReadOnlyList<string?> Match(string path, IReadOnlyDictionary<string, Tensor> archive, IReadOnlyList<SampleInput> inputs)
    {
        if (inputs.Count == 0)
        {
            throw new InvalidSampleException($"'{path}' cannot give samples to a model without inputs.");
        }

        string? label = LabelName(archive, inputs);
        string[] candidates = [.. archive.Keys.Where(k => k != label)];
        SampleInput[] needed = [.. inputs.Where(i => !i.IsState)];
        string[] free = [.. candidates.Where(c => inputs.All(i => i.Name != c))];
        SampleInput[] missing = [.. needed.Where(i => !archive.ContainsKey(i.Name))];
        if (missing.Length == 1 && needed.Length == 1 && free.Length == 1)
        {
            return [.. inputs.Select(i => i == missing[0] ? free[0] : archive.ContainsKey(i.Name) ? i.Name : null)];
        }

        if (missing.Length > 0)
        {
            throw new InvalidSampleException(
                $"Archive '{path}' has no array for input {missing[0]}; it has {Quoted(candidates)}. Save it with numpy.savez(path, **{{\"{missing[0].Name}\": ...}}).");
        }

        return free.Length == 0
            ? [.. inputs.Select(i => archive.ContainsKey(i.Name) ? i.Name : null)]
            : throw new InvalidSampleException(
                $"Archive '{path}' has an array '{free[0]}' that no input takes; the model's inputs are {string.Join(", ", inputs)}. Rename the array, or leave it out.");
    }

    /// <summary>Labels as numbers.</summary>
    /// <exception cref="InvalidSampleException">They are no integers from 0.</exception>
    public static int[] Labels(string path, string name, Tensor array)
    {
        long[]? labels = array.Type switch
        {
            DataType.Int64 => array.AsSpan<long>().ToArray(),
            DataType.Int32 => Array.ConvertAll(array.AsSpan<int>().ToArray(), x => (long)x),
            DataType.UInt8 => Array.ConvertAll(array.AsSpan<byte>().ToArray(), x => (long)x),
            _ => null,
        };
        return labels is not null && labels.All(l => l is >= 0 and <= int.MaxValue)
            ? Array.ConvertAll(labels, l => (int)l)
            : throw new InvalidSampleException($"Archive '{path}': the array '{name}' is {array}; expected class numbers (0, 1, ...) as i64, i32 or u8.");
    }

    private static string Quoted(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names.Select(n => $"'{n}'"));
}
