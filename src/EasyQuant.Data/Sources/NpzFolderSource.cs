using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>A folder of .npz archives, each one sample: for each input the array of its name. In ordinal order of the files' names.</summary>
/// <remarks>Arrays may leave the batch dimension out; samples may differ in size where the model's extents are open. See <see cref="NamedArrays"/>.</remarks>
public sealed class NpzFolderSource : ISampleSource
{
    private readonly string[] _paths;
    private readonly IReadOnlyList<SampleInput> _inputs;

    /// <summary>The archives of a folder, without those of its sub-folders.</summary>
    /// <exception cref="InvalidSampleException">There is no such folder, or it has no .npz files.</exception>
    public NpzFolderSource(string folder, IReadOnlyList<SampleInput> inputs)
    {
        _inputs = inputs;
        _paths = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.npz").Order(StringComparer.Ordinal)]
            : throw new InvalidSampleException($"There is no folder '{folder}'.");
        if (_paths.Length == 0)
        {
            throw new InvalidSampleException($"Folder '{folder}' holds no .npz files.");
        }
    }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public Sample Read(int index) => ReadFile(_paths[index], _inputs, Path.GetFileName(_paths[index]));

    /// <summary>One archive as one sample.</summary>
    /// <exception cref="InvalidSampleException">The archive is damaged, an input has no array, or one does not fit.</exception>
    public static Sample ReadFile(string path, IReadOnlyList<SampleInput> inputs, string name)
    {
        IReadOnlyDictionary<string, Tensor> archive = NpzArchive.Read(path);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((SampleInput input, string? array) in inputs.Zip(NamedArrays.Match(path, archive, inputs)))
        {
            if (array is not null)
            {
                tensors.Add(input.Name, input.Fit(archive[array], $"{path}:{array}"));
            }
        }

        SymbolAgreement.Require(inputs, tensors, path);
        return new Sample(name, tensors, NamedArrays.LabelName(archive, inputs) is { } label ? OnlyLabel(path, label, archive[label]) : null);
    }

    private static int OnlyLabel(string path, string name, Tensor array) => array.Count == 1
        ? NamedArrays.Labels(path, name, array)[0]
        : throw new InvalidSampleException($"Archive '{path}': the array '{name}' is {array}; expected the one class number of this sample.");
}
