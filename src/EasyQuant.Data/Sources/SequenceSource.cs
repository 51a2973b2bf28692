using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;

namespace EasyQuant.Data.Sources;

/// <summary>Sequences of samples, one after the other.</summary>
public sealed class SequenceSource : ISequenceSource
{
    private readonly IReadOnlyList<(string Prefix, ISampleSource Steps)> _sequences;
    private readonly int[] _ends;

    /// <summary>Each source is a sequence; its samples get the prefix before their names.</summary>
    /// <exception cref="InvalidSampleException">There is none, or one is empty.</exception>
    public SequenceSource(IReadOnlyList<(string Prefix, ISampleSource Steps)> sequences)
    {
        if (sequences.Count == 0 || sequences.Any(s => s.Steps.Count == 0))
        {
            throw new InvalidSampleException("There is no sequence, or one of no step.");
        }

        _sequences = sequences;
        Lengths = [.. sequences.Select(s => s.Steps.Count)];
        _ends = new int[sequences.Count];
        for (int i = 0, end = 0; i < _ends.Length; i++)
        {
            _ends[i] = end = checked(end + Lengths[i]);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Whether steps are pictures.</summary>
    public bool HasPictures => _sequences.Any(s => s.Steps is ImageFolderSource or IdxSource);

    /// <inheritdoc/>
    public int Count => _ends[^1];

    /// <summary>
    /// The sequences at a path. A file of arrays is one, time along the first axis; a folder of such files is one for each file. Pictures of a folder are the
    /// frames of one in ordinal order, those of sub-folders of one each. A state's array in an .npz is the state that its sequence begins with.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="inputs">The model's inputs, states marked as such.</param>
    /// <param name="preprocess">What is done to pictures.</param>
    /// <exception cref="InvalidSampleException">There is nothing at the path, nothing that is understood, or it does not fit the inputs.</exception>
    public static SequenceSource Open(string path, IReadOnlyList<SampleInput> inputs, Preprocess preprocess)
    {
        if (!Directory.Exists(path))
        {
            return new SequenceSource([("", SampleSources.Open(path, inputs, preprocess))]);
        }

        string[] arrays = [.. Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".npz" or ".npy").Order(StringComparer.Ordinal)];
        if (arrays.Length == 0)
        {
            return OfPictures(path, inputs, preprocess);
        }

        return PictureFile.Enumerate(path).Count == 0
            ? new SequenceSource([.. arrays.Select(f => ("", SampleSources.Open(f, inputs, preprocess)))])
            : throw new InvalidSampleException($"Folder '{path}' holds arrays and pictures. Move one kind to a folder of its own.");
    }

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int sequence = Array.FindIndex(_ends, end => index < end);
        Sample sample = _sequences[sequence].Steps.Read(index - (_ends[sequence] - Lengths[sequence]));
        return sample with { Name = _sequences[sequence].Prefix + sample.Name };
    }

    private static SequenceSource OfPictures(string path, IReadOnlyList<SampleInput> inputs, Preprocess preprocess)
    {
        IReadOnlyList<string> pictures = PictureFile.Enumerate(path);
        string[] folders = [.. pictures.Where(p => p.Contains('/')).Select(p => p[..p.LastIndexOf('/')]).Distinct().Order(StringComparer.Ordinal)];
        return (folders.Length, pictures.Any(p => !p.Contains('/'))) switch
        {
            (0, true) => new SequenceSource([("", SampleSources.Open(path, inputs, preprocess))]),
            ( > 0, false) => new SequenceSource([.. folders.Select(f => ($"{f}/", SampleSources.Open(Path.Combine(path, f), inputs, preprocess)))]),
            ( > 0, true) => throw new InvalidSampleException($"Folder '{path}' holds pictures beside sub-folders of pictures. Each sub-folder is a sequence; move the others into one."),
            _ => throw new InvalidSampleException($"Folder '{path}' holds no sequences: neither .npz or .npy files, each with time along the first axis, nor pictures, nor sub-folders of pictures."),
        };
    }
}
