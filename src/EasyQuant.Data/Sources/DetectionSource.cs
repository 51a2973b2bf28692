using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;

namespace EasyQuant.Data.Sources;

/// <summary>All pictures of a folder, in ordinal order of their paths, with the boxes of the objects in them in pixels of the model's input.</summary>
/// <remarks>
/// The boxes go through the same framing as the pictures. So detections are compared with them where the model finds them; moving and
/// stretching both alike changes no overlap. A picture that the file does not list has no objects.
/// </remarks>
public sealed class DetectionSource : ITruthSource<IReadOnlyList<LabelledBox>>
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _pictures;
    private readonly BoxFile _boxes;
    private readonly Preprocess _preprocess;
    private readonly SampleInput _input;
    private readonly PictureSize _size;

    /// <summary>The pictures of a folder and the objects that a file lists.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="boxes">The file with the objects; see <see cref="BoxFile"/>.</param>
    /// <param name="preprocess">What is done to each picture; it may not cut anything off, since that could take objects away.</param>
    /// <param name="input">The model's input.</param>
    /// <exception cref="InvalidSampleException">The folder has no pictures, the file lists one that is not there, or the input takes no pictures.</exception>
    public DetectionSource(string folder, string boxes, Preprocess preprocess, SampleInput input)
    {
        _boxes = BoxFile.Read(boxes);
        _folder = folder;
        _pictures = PictureFile.EnumerateAny(folder);
        HashSet<string> there = [.. _pictures];
        if (_boxes.Lines.Where(l => !there.Contains(l.Key)).OrderBy(l => l.Value).Select(l => l.Key).FirstOrDefault() is { } missing)
        {
            throw new InvalidSampleException(
                $"Box file '{boxes}', line {_boxes.Lines[missing]}: there is no picture '{missing}' in '{folder}'. Add the picture, or take its rows out.");
        }

        if (preprocess.Crop != Crop.None)
        {
            throw new InvalidSampleException("The preprocessing cuts pictures to size, which could cut objects off. Detection needs \"resize\" mode letterbox or exact, as in the preset 'yolox'.");
        }

        _preprocess = preprocess;
        _input = input;
        _size = input.PictureSize(preprocess);
    }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <inheritdoc/>
    public string NameOf(int index) => _pictures[index];

    /// <inheritdoc/>
    public SampleWithTruth<IReadOnlyList<LabelledBox>> Read(int index)
    {
        string path = _pictures[index];
        Picture picture = PictureFile.Read(Path.Combine(_folder, path));
        Framing framing = _preprocess.Resize.Frame(picture, _size, _preprocess.Crop);
        Sample sample = new(path, SingleInput.Of(_input.Name, _preprocess.Apply(picture, _size)));
        return new(sample, [.. _boxes.Of(path).Select(b => b with { Box = framing.Place(b.Box, picture) })]);
    }
}
