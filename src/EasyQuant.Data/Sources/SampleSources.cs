using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;

namespace EasyQuant.Data.Sources;

/// <summary>Finds out what kind of samples lie at a path.</summary>
public static class SampleSources
{
    /// <summary>
    /// The samples at a path: an .npz or .npy file, an IDX file (with the labels beside it, where they follow MNIST's names), a
    /// picture, or a folder of pictures, of .npy files, of .npz files, with a sub-folder of .npy files for each input, or with one IDX file of
    /// pictures. Files are told by their content.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="inputs">The model's inputs; .npz files and a sub-folder for each serve more than one.</param>
    /// <param name="preprocess">What is done to pictures; arrays are taken as they are.</param>
    /// <param name="labels">A CSV file with labels for a folder of pictures; see <see cref="LabelFile"/>.</param>
    /// <exception cref="InvalidSampleException">There is nothing at the path, nothing that is understood, or it does not fit the inputs.</exception>
    public static ISampleSource Open(string path, IReadOnlyList<SampleInput> inputs, Preprocess preprocess, string? labels = null)
    {
        bool isFolder = Directory.Exists(path);
        if (labels is not null && !isFolder)
        {
            throw new InvalidSampleException($"The label file '{labels}' goes with a folder of pictures; '{path}' is none.");
        }

        return labels is not null ? new ImageFolderSource(path, preprocess, OnlyInput(path, inputs), labels)
            : isFolder ? OpenFolder(path, inputs, preprocess)
            : File.Exists(path) ? OpenFile(path, inputs, preprocess)
            : throw new InvalidSampleException($"There is no file or folder '{path}' to take samples from.");
    }

    private static ISampleSource OpenFile(string path, IReadOnlyList<SampleInput> inputs, Preprocess preprocess)
    {
        Span<byte> start = stackalloc byte[8];
        using (FileStream file = File.OpenRead(path))
        {
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        if (start.StartsWith("PK"u8))
        {
            return new NpzSource(path, inputs);
        }

        SampleInput input = OnlyInput(path, inputs);
        return start.StartsWith(NpyHeader.Magic) ? new NpySource(path, input)
            : IdxFile.Recognizes(start) || IdxFile.IsGzip(start) ? new IdxSource(path, LabelsBeside(path), preprocess, input)
            : OpenPicture(path, input, preprocess);
    }

    private static ImageFolderSource OpenPicture(string path, SampleInput input, Preprocess preprocess)
    {
        PictureFile.RequireKnownFormat(path);
        return ImageFolderSource.OfPicture(path, preprocess, input);
    }

    private static ISampleSource OpenFolder(string path, IReadOnlyList<SampleInput> inputs, Preprocess preprocess)
    {
        if (InputFoldersSource.Suits(path, inputs))
        {
            return new InputFoldersSource(path, inputs);
        }

        bool hasPictures = PictureFile.Enumerate(path).Count > 0;
        bool hasArrays = Directory.EnumerateFiles(path, "*.npy").Any();
        bool hasArchives = Directory.EnumerateFiles(path, "*.npz").Any();
        string[] idx = [.. Directory.EnumerateFiles(path).Where(f => Path.GetFileName(f).Contains("-idx3-ubyte", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return (hasPictures, hasArrays, hasArchives, idx.Length) switch
        {
            (true, false, false, 0) => new ImageFolderSource(path, preprocess, OnlyInput(path, inputs)),
            (false, true, false, 0) => new NpyFolderSource(path, OnlyInput(path, inputs)),
            (false, false, true, 0) => new NpzFolderSource(path, inputs),
            (false, false, false, 1) => new IdxSource(idx[0], LabelsBeside(idx[0]), preprocess, OnlyInput(path, inputs)),
            (false, false, false, 0) => throw new InvalidSampleException(
                $"Folder '{path}' holds no samples: neither pictures ({string.Join(", ", PictureFile.Extensions)}) nor .npy or .npz files, nor a sub-folder of .npy files for each input, nor an IDX file (*-idx3-ubyte)."),
            _ => throw new InvalidSampleException($"Folder '{path}' holds samples of several kinds or several IDX files. Name the file, or move one kind to a folder of its own."),
        };
    }

    private static SampleInput OnlyInput(string path, IReadOnlyList<SampleInput> inputs) => inputs.Where(i => !i.IsState).ToArray() is [SampleInput only]
        ? only
        : throw new InvalidSampleException(
            $"'{path}' gives one tensor a sample, but the model has {inputs.Count} inputs ({string.Join(", ", inputs)}). Give an .npz with an array for each, a folder of such, or a folder with a sub-folder for each.");

    // MNIST's names: x-images-idx3-ubyte.gz and x-labels-idx1-ubyte.gz.
    private static string? LabelsBeside(string pictures)
    {
        string name = Path.GetFileName(pictures).Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        string labels = Path.Combine(Path.GetDirectoryName(pictures) ?? "", name);
        return labels != pictures && File.Exists(labels) ? labels : null;
    }
}
