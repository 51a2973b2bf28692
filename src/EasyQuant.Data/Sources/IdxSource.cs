using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>Grey pictures from an IDX file such as MNIST's, with labels from a second one.</summary>
public sealed class IdxSource : ISampleSource
{
    private readonly string _path;
    private readonly Tensor _pictures;
    private readonly Tensor? _labels;
    private readonly Preprocess _preprocess;
    private readonly SampleInput _input;
    private readonly PictureSize _size;

    /// <summary>The pictures of a file, which stays in memory.</summary>
    /// <exception cref="InvalidSampleException">A file is damaged, the two do not belong together, or the input takes no pictures.</exception>
    public IdxSource(string pictures, string? labels, Preprocess preprocess, SampleInput input)
    {
        _path = pictures;
        _preprocess = preprocess;
        _input = input;
        _size = input.PictureSize(preprocess);
        _pictures = IdxFile.Read(pictures);
        if (_pictures.Shape.Rank != 3 || _pictures.Count == 0)
        {
            throw new InvalidSampleException($"IDX file '{pictures}' has shape {_pictures.Shape}; expected pictures x height x width.");
        }

        _labels = labels is null ? null : IdxFile.Read(labels);
        if (_labels is not null && (_labels.Shape.Rank != 1 || _labels.Count != Count))
        {
            throw new InvalidSampleException($"IDX file '{labels}' has shape {_labels.Shape}; expected {Count} labels, one for each picture of '{pictures}'.");
        }
    }

    /// <inheritdoc/>
    public int Count => _pictures.Shape[0];

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        string name = $"{_path}[{index}]";
        int height = _pictures.Shape[1];
        int width = _pictures.Shape[2];
        Picture picture = new(name, width, height, 1, _pictures.AsSpan<byte>().Slice(index * width * height, width * height).ToArray());
        return new Sample(name, SingleInput.Of(_input.Name, _preprocess.Apply(picture, _size)), _labels?.AsSpan<byte>()[index]);
    }
}
