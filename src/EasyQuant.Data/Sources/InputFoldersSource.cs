using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>A folder with a sub-folder of .npy files for each input; files of one name are one sample. In ordinal order of the names.</summary>
public sealed class InputFoldersSource : ISampleSource
{
    private readonly string _folder;
    private readonly IReadOnlyList<SampleInput> _inputs;
    private readonly string[] _files;

    /// <summary>The files of the sub-folders that are named as the inputs.</summary>
    /// <exception cref="InvalidSampleException">An input has no sub-folder, or a file is missing in one of them.</exception>
    public InputFoldersSource(string folder, IReadOnlyList<SampleInput> inputs)
    {
        _folder = folder;
        _inputs = inputs;
        foreach (SampleInput input in inputs)
        {
            if (!Directory.Exists(FolderOf(input)))
            {
                throw new InvalidSampleException($"Folder '{folder}' has a sub-folder for some inputs, but none for input {input}. Add '{FolderOf(input)}' with an .npy file for each sample.");
            }
        }

        string[][] files = [.. inputs.Select(i => Directory.EnumerateFiles(FolderOf(i), "*.npy").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray())];
        _files = [.. files.SelectMany(f => f).Distinct().Order(StringComparer.Ordinal)];
        if (_files.Length == 0)
        {
            throw new InvalidSampleException($"The sub-folders of '{folder}' hold no .npy files.");
        }

        foreach ((SampleInput input, string[] own) in inputs.Zip(files))
        {
            if (_files.Except(own).FirstOrDefault() is { } missing)
            {
                throw new InvalidSampleException($"Folder '{FolderOf(input)}' has no '{missing}', which another input has. Files of one name are one sample; add it, or take it out of the others.");
            }
        }
    }

    /// <inheritdoc/>
    public int Count => _files.Length;

    /// <summary>Whether a folder has this form: a sub-folder with the name of an input.</summary>
    internal static bool Suits(string folder, IReadOnlyList<SampleInput> inputs) =>
        inputs.Any(i => IsPlainName(i.Name) && Directory.Exists(Path.Combine(folder, i.Name)) && Directory.EnumerateFiles(Path.Combine(folder, i.Name), "*.npy").Any());

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach (SampleInput input in _inputs)
        {
            string path = Path.Combine(FolderOf(input), _files[index]);
            tensors.Add(input.Name, input.Fit(NpyFile.Read(path), path));
        }

        SymbolAgreement.Require(_inputs, tensors, _files[index]);
        return new Sample(_files[index], tensors);
    }

    // The model is not trusted to name folders outside of this one.
    private static bool IsPlainName(string name) => name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;

    private string FolderOf(SampleInput input) => IsPlainName(input.Name)
        ? Path.Combine(_folder, input.Name)
        : throw new InvalidSampleException($"Input {input} has a name that no folder can have. Give the samples as .npz files with an array for each input.");
}
