using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Onnx.Origins;

/// <summary>What a model said of a value: as an input, as an output, as a constant.</summary>
internal sealed class ValueOrigin
{
    /// <summary>The declaration as a graph input.</summary>
    public ValueInfoProto? Input { get; set; }

    /// <summary>The declaration as a graph output.</summary>
    public ValueInfoProto? Output { get; set; }

    /// <summary>The form of the constant.</summary>
    public TensorOrigin? Initializer { get; set; }

    /// <summary>The type when the graph had been read; while the value still has it, declarations stand as they were.</summary>
    public ValueType? Type { get; set; }

    /// <summary>The documentation when the graph had been read.</summary>
    public string DocString { get; set; } = "";

    /// <summary>The origin of a value; made where it has none.</summary>
    public static ValueOrigin Of(Value value)
    {
        if (value.Origin is not ValueOrigin origin)
        {
            value.Origin = origin = new ValueOrigin();
        }

        return origin;
    }
}
