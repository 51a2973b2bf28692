using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;

namespace EasyQuant.Data.Sources;

/// <summary>Pictures of a folder, each preprocessed for a model's input when it is read.</summary>
/// <remarks>
/// Without a label file all pictures are taken, in ordinal order of their paths; where they all lie in sub-folders, the
/// sub-folders in ordinal order are the classes 0, 1, ... With a label file its rows are the samples, in its order.
/// </remarks>
public sealed class ImageFolderSource : ISampleSource
{
    private readonly (string Path, int? Label)[] _pictures;
    private readonly string _folder;
    private readonly Preprocess _preprocess;
    private readonly SampleInput _input;
    private readonly PictureSize _size;

    /// <summary>The pictures of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="preprocess">What is done to each picture.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="labels">The CSV file with the labels, if there is one; see <see cref="LabelFile"/>.</param>
    /// <exception cref="InvalidSampleException">The folder has no pictures, the label file lists one that is not there, or the input takes no pictures.</exception>
    public ImageFolderSource(string folder, Preprocess preprocess, SampleInput input, string? labels = null)
        : this(folder, labels is null ? Scan(folder) : ReadLabels(folder, labels), preprocess, input)
    {
    }

    private ImageFolderSource(string folder, (string Path, int? Label)[] pictures, Preprocess preprocess, SampleInput input)
    {
        _folder = folder;
        _preprocess = preprocess;
        _input = input;
        _size = input.PictureSize(preprocess);
        _pictures = pictures;
    }

    /// <inheritdoc/>
    public int Count => _pictures.Length;

    /// <summary>A single picture as a source of one sample.</summary>
    public static ImageFolderSource OfPicture(string path, Preprocess preprocess, SampleInput input) =>
        new(Path.GetDirectoryName(Path.GetFullPath(path))!, [(Path.GetFileName(path), null)], preprocess, input);

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        (string path, int? label) = _pictures[index];
        Picture picture = PictureFile.Read(Path.Combine(_folder, path));
        return new Sample(path, SingleInput.Of(_input.Name, _preprocess.Apply(picture, _size)), label);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _pictures[index].Path;

    private static (string Path, int? Label)[] Scan(string folder)
    {
        IReadOnlyList<string> paths = PictureFile.EnumerateAny(folder);
        if (!paths.All(p => p.Contains('/')))
        {
            return [.. paths.Select(p => (p, (int?)null))];
        }

        string[] classes = [.. paths.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        return [.. paths.Select(p => (p, (int?)Array.BinarySearch(classes, ClassOf(p), StringComparer.Ordinal)))];
    }

    private static string ClassOf(string path) => path[..path.IndexOf('/')];

    private static (string Path, int? Label)[] ReadLabels(string folder, string labels)
    {
        IReadOnlyList<LabelledFile> rows = LabelFile.Read(labels);
        if (rows.FirstOrDefault(r => !File.Exists(Path.Combine(folder, r.File))) is { } missing)
        {
            throw new InvalidSampleException($"Label file '{labels}', line {missing.Line}: there is no '{missing.File}' in '{folder}'.");
        }

        return [.. rows.Select(r => (r.File, (int?)r.Label))];
    }
}
