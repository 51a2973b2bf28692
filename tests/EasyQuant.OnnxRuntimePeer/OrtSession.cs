using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EasyQuant.Tensors;

namespace EasyQuant.OnnxRuntimePeer;

/// <summary>How a session is set up.</summary>
public sealed record OrtSessionOptions
{
    /// <summary>Threads within an operator.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>0 none, 1 basic, 2 extended, 99 all.</summary>
    public int OptimizationLevel { get; init; } = 99;

    /// <summary>Where the optimized graph is written, as a model; nowhere where not set.</summary>
    public string? OptimizedModelPath { get; init; }
}

/// <summary>A model in ONNX Runtime's CPU provider.</summary>
public sealed unsafe class OrtSession : IDisposable
{
    private static readonly Lazy<nint> s_environment = new(CreateEnvironment);

    private readonly nint _session;
    private readonly nint _memory;

    /// <summary>Loads a model file.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses it; the message is its own.</exception>
    public OrtSession(string path, OrtSessionOptions? options = null)
    {
        options ??= new OrtSessionOptions();
        nint setup = 0, session = 0, memory = 0;
        OrtLibrary.Check(((delegate* unmanaged<nint*, nint>)OrtLibrary.Function(10))(&setup));
        try
        {
            OrtLibrary.Check(((delegate* unmanaged<nint, int, nint>)OrtLibrary.Function(23))(setup, options.OptimizationLevel));
            OrtLibrary.Check(((delegate* unmanaged<nint, int, nint>)OrtLibrary.Function(24))(setup, options.Threads));
            if (options.OptimizedModelPath is not null)
            {
                fixed (byte* target = FilePath(options.OptimizedModelPath))
                {
                    OrtLibrary.Check(((delegate* unmanaged<nint, byte*, nint>)OrtLibrary.Function(11))(setup, target));
                }
            }

            fixed (byte* file = FilePath(path))
            {
                OrtLibrary.Check(((delegate* unmanaged<nint, byte*, nint, nint*, nint>)OrtLibrary.Function(7))(s_environment.Value, file, setup, &session));
            }

            OrtLibrary.Check(((delegate* unmanaged<int, int, nint*, nint>)OrtLibrary.Function(69))(0, 0, &memory));
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)OrtLibrary.Function(100))(setup);
        }

        _session = session;
        _memory = memory;
    }

    /// <summary>Runs the model and copies the named outputs.</summary>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputNames)
    {
        nint[] values = new nint[inputs.Count];
        nint[] results = new nint[outputNames.Count];
        List<nint> names = [];
        List<MemoryHandle> pins = [];
        try
        {
            int i = 0;
            foreach ((string name, Tensor tensor) in inputs)
            {
                names.Add(Marshal.StringToCoTaskMemUTF8(name));
                values[i++] = CreateValue(tensor, pins);
            }

            names.AddRange(outputNames.Select(Marshal.StringToCoTaskMemUTF8));
            nint[] all = [.. names];
            fixed (nint* nameList = all, valueList = values, resultList = results)
            {
                OrtLibrary.Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)OrtLibrary.Function(9))(
                    _session, 0, nameList, valueList, (nuint)values.Length, nameList + values.Length, (nuint)results.Length, resultList));
            }

            return outputNames.Zip(results).ToDictionary(p => p.First, p => ReadValue(p.Second));
        }
        finally
        {
            foreach (nint value in values.Concat(results).Where(v => v != 0))
            {
                ((delegate* unmanaged<nint, void>)OrtLibrary.Function(96))(value);
            }

            names.ForEach(Marshal.FreeCoTaskMem);
            pins.ForEach(p => p.Dispose());
        }
    }

    /// <summary>Ends the session.</summary>
    public void Dispose()
    {
        ((delegate* unmanaged<nint, void>)OrtLibrary.Function(95))(_session);
        ((delegate* unmanaged<nint, void>)OrtLibrary.Function(94))(_memory);
    }

    private static nint CreateEnvironment()
    {
        nint environment;
        fixed (byte* name = "peer\0"u8)
        {
            const int errorsOnly = 3;
            OrtLibrary.Check(((delegate* unmanaged<int, byte*, nint*, nint>)OrtLibrary.Function(3))(errorsOnly, name, &environment));
        }

        return environment;
    }

    // The C API takes wide characters on Windows.
    private static byte[] FilePath(string path) => (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(path + "\0\0");

    private nint CreateValue(Tensor tensor, List<MemoryHandle> pins)
    {
        pins.Add(tensor.Bytes.Pin());
        long[] shape = tensor.Shape.ToInt64Array();
        nint value;
        fixed (long* dimensions = shape)
        {
            OrtLibrary.Check(((delegate* unmanaged<nint, nint, nuint, long*, nuint, int, nint*, nint>)OrtLibrary.Function(49))(
                _memory, (nint)pins[^1].Pointer, (nuint)tensor.ByteLength, dimensions, (nuint)shape.Length, (int)tensor.Type, &value));
        }

        return value;
    }

    private static Tensor ReadValue(nint value)
    {
        nint info;
        OrtLibrary.Check(((delegate* unmanaged<nint, nint*, nint>)OrtLibrary.Function(65))(value, &info));
        int type;
        nuint rank;
        OrtLibrary.Check(((delegate* unmanaged<nint, int*, nint>)OrtLibrary.Function(60))(info, &type));
        OrtLibrary.Check(((delegate* unmanaged<nint, nuint*, nint>)OrtLibrary.Function(61))(info, &rank));
        long[] dimensions = new long[(int)rank];
        fixed (long* target = dimensions)
        {
            OrtLibrary.Check(((delegate* unmanaged<nint, long*, nuint, nint>)OrtLibrary.Function(62))(info, target, rank));
        }

        ((delegate* unmanaged<nint, void>)OrtLibrary.Function(99))(info);
        byte* data;
        OrtLibrary.Check(((delegate* unmanaged<nint, byte**, nint>)OrtLibrary.Function(51))(value, &data));
        Tensor tensor = Tensor.Allocate((DataType)type, Shape.FromInt64(dimensions));
        new ReadOnlySpan<byte>(data, tensor.ByteLength).CopyTo(tensor.AsMutableSpan<byte>());
        return tensor;
    }
}
