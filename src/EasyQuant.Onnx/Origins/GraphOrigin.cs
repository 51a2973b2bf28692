using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;

namespace EasyQuant.Onnx.Origins;

/// <summary>What a graph said beside its nodes, inputs, outputs and constants, in the order it said so.</summary>
internal sealed class GraphOrigin
{
    /// <summary>The message without the lists that <see cref="Graph"/> holds; nothing for a function's body.</summary>
    public GraphProto? Shell { get; init; }

    /// <summary>The constants in sparse form, which this project does not calculate with.</summary>
    public List<(Value Value, SparseTensorProto Proto)> SparseInitializers { get; } = [];

    /// <summary>The declared types of inner values; without a value where nothing has the declared name.</summary>
    public List<(Value? Value, ValueInfoProto Proto)> ValueInfos { get; } = [];

    /// <summary>Quantization parameters by tensor; without a value where nothing has the annotated name.</summary>
    public List<(Value? Value, TensorAnnotation Proto)> Annotations { get; } = [];
}
