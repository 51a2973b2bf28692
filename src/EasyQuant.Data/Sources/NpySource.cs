using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;
using Microsoft.Win32.SafeHandles;

namespace EasyQuant.Data.Sources;

/// <summary>The samples of one .npy file, along its first axis; read from the file as they are asked for.</summary>
/// <remarks>A file in Fortran order has no sample in one piece; it is read whole at the start.</remarks>
public sealed class NpySource : ISampleSource, IDisposable
{
    private readonly string _path;
    private readonly SampleInput _input;
    private readonly NpyHeader _header;
    private readonly Shape _sample;
    private readonly SafeFileHandle? _file;
    private readonly Tensor? _whole;

    /// <summary>The samples of a file.</summary>
    /// <exception cref="InvalidSampleException">The file is damaged, or its samples do not fit the input.</exception>
    public NpySource(string path, SampleInput input)
    {
        _path = path;
        _input = input;
        using (FileStream stream = NpyFile.Open(path))
        {
            _header = NpyHeader.Read(stream, path);
            NpyFile.CheckLength(_header, stream.Length, path);
        }

        _sample = SampleSlices.ShapeOf(_header.Shape, input, path);
        input.CheckFit(_header.Type, _sample, $"{path}[0]");
        if (_header.IsFortranOrder)
        {
            _whole = NpyFile.Read(path);
        }
        else
        {
            _file = File.OpenHandle(path);
        }
    }

    /// <inheritdoc/>
    public int Count => _header.Shape[0];

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        string name = $"{_path}[{index}]";
        Tensor tensor = _whole is null ? ReadSlice(index, name) : SampleSlices.Slice(_whole, _sample, index);
        return new Sample(name, SingleInput.Of(_input.Name, _input.Fit(tensor, name)));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private Tensor ReadSlice(int index, string name)
    {
        Tensor tensor = Tensor.Allocate(_header.Type, _sample);
        Span<byte> bytes = ElementLayout.Buffer(tensor);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_file!, bytes[done..], _header.Length + (long)index * bytes.Length + done);
            done += read > 0 ? read : throw new InvalidSampleException($"Sample '{name}' cannot be read: the file has become shorter.");
        }

        ElementLayout.ToLittleEndian(bytes, _header);
        return tensor;
    }
}
