using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Preparation;

/// <summary>
/// Brings models of operator sets 7 to 12 to 13, the first in which QuantizeLinear and DequantizeLinear take a step for
/// each channel, and further, up to 17, where an operator is wanted that came later. Newer models are left alone.
/// </summary>
/// <remarks>
/// Between 7 and 13 attributes of a dozen operators became inputs, Upsample became Resize, and Softmax stopped flattening
/// its input. From 13 to 17 the default of RoiAlign changed. Everything else kept its meaning in inference.
/// </remarks>
internal sealed class OpsetUpgrade
{
    /// <summary>The operator set that comes out at least.</summary>
    public const int Target = 13;

    /// <summary>The oldest operator set that can be brought up.</summary>
    public const int Oldest = 7;

    // From here on half a pixel is subtracted unless the node says otherwise.
    private const int HalfPixelRoiAlign = 16;

    private readonly Graph _graph;
    private readonly int _opset;

    private OpsetUpgrade(Graph graph, int opset)
    {
        _graph = graph;
        _opset = opset;
    }

    /// <summary>Rewrites the model in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The operator set that comes out at least: from <see cref="Target"/> to 17.</param>
    /// <exception cref="InvalidModelException">The model is older than <see cref="Oldest"/>, or uses a form that has no successor.</exception>
    public static void Apply(Model model, int target)
    {
        if (model.Opset >= target)
        {
            return;
        }

        if (model.Opset < Oldest)
        {
            throw new InvalidModelException($"The model uses operator set {model.Opset}; {Oldest} or later is needed. Export it again with a newer operator set.");
        }

        if (model.Opset < Target)
        {
            new OpsetUpgrade(model.Graph, model.Opset).Run();
        }

        if (model.Opset < HalfPixelRoiAlign && target >= HalfPixelRoiAlign)
        {
            KeepRoiAlign(model.Graph);
        }

        model.OpsetImports[""] = target;
        model.IrVersion = Math.Max(model.IrVersion, target >= 15 ? 8 : 7);
    }

    private static void KeepRoiAlign(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            if (node.Is("RoiAlign"))
            {
                node.Attributes.TryAdd("coordinate_transformation_mode", new StringAttribute("output_half_pixel"));
            }

            foreach (Graph nested in node.Subgraphs)
            {
                KeepRoiAlign(nested);
            }
        }
    }

    private void Run()
    {
        foreach (Node node in _graph.Nodes.ToArray())
        {
            foreach (Graph nested in node.Subgraphs)
            {
                new OpsetUpgrade(nested, _opset).Run();
            }

            if (node.Domain.Length == 0)
            {
                Upgrade(node);
            }
        }
    }

    private void Upgrade(Node node)
    {
        switch (node.OpType)
        {
            case "Clip" when _opset < 11:
                MoveFloat(node, "min", 1);
                MoveFloat(node, "max", 2);
                break;
            case "Pad" when _opset < 11:
                MoveInts(node, "pads", 1);
                MoveFloat(node, "value", 2);
                break;
            case "Slice" when _opset < 10:
                MoveInts(node, "starts", 1);
                MoveInts(node, "ends", 2);
                MoveInts(node, "axes", 3);
                break;
            case "TopK" when _opset < 10:
                MoveInts(node, "k", 1);
                break;
            case "Dropout" when _opset < 12:
                MoveFloat(node, "ratio", 1);
                break;
            case "Squeeze" or "Unsqueeze" or "ReduceSum":
                MoveInts(node, "axes", 1);
                break;
            case "Split":
                MoveInts(node, "split", 1);
                break;
            case "Scatter":
                node.OpType = "ScatterElements";
                break;
            case "BatchNormalization" when node.GetInt("spatial", 1) == 0:
                throw new InvalidModelException($"{node.Label}: attribute 'spatial' is 0, which newer operator sets no longer have. Export the model again with operator set {Target} or later.");
            case "BatchNormalization":
                node.Attributes.Remove("spatial");
                break;
            case "Upsample" or "Resize" when _opset < 11:
                UpgradeResize(node);
                break;
            case "Softmax" or "LogSoftmax" or "Hardmax":
                UpgradeSoftmax(node);
                break;
            default:
                break;
        }
    }

    // Up to operator set 10 positions were mapped by x · scale and rounded down.
    private void UpgradeResize(Node node)
    {
        if (node.Attributes.Remove("scales", out AttributeValue? attribute))
        {
            float[] scales = [.. ((FloatsAttribute)attribute).Values];
            node.SetInput(2, Constant(node, "scales", Tensor.From(scales, [scales.Length])));
        }
        else
        {
            node.SetInput(2, node.Inputs[1]);
        }

        node.SetInput(1, null);
        node.OpType = "Resize";
        node.Attributes["coordinate_transformation_mode"] = new StringAttribute("asymmetric");
        node.Attributes["nearest_mode"] = new StringAttribute("floor");
    }

    // Softmax took all axes from `axis` on as one: flatten, apply to the last axis, restore the shape.
    private void UpgradeSoftmax(Node node)
    {
        int axis = (int)node.GetInt("axis", 1);
        Value input = node.Inputs[0]!;
        node.Attributes["axis"] = new IntAttribute(-1);
        if (axis == -1 || input.Shape?.Rank == axis + 1)
        {
            return;
        }

        Value flat = new(_graph.UniqueName($"{input.Name}_flat"));
        Node flatten = _graph.InsertBefore(node, new Node("Flatten", [input], [flat], $"{node.Name}_Flatten"));
        flatten.Attributes["axis"] = new IntAttribute(axis);
        Value shape = new(_graph.UniqueName($"{input.Name}_shape"));
        _graph.InsertBefore(node, new Node("Shape", [input], [shape], $"{node.Name}_Shape"));
        Value output = node.Outputs[0]!;
        Value flatOutput = new(_graph.UniqueName($"{output.Name}_flat"));
        node.SetInput(0, flat);
        node.SetOutput(0, flatOutput);
        _graph.InsertAfter(node, new Node("Reshape", [flatOutput, shape], [output], $"{node.Name}_Reshape"));
    }

    private void MoveFloat(Node node, string attribute, int input)
    {
        if (node.Attributes.Remove(attribute, out AttributeValue? value))
        {
            node.SetInput(input, Constant(node, attribute, Tensor.FromScalar(((FloatAttribute)value).Value)));
        }
    }

    private void MoveInts(Node node, string attribute, int input)
    {
        if (node.Attributes.Remove(attribute, out AttributeValue? value))
        {
            long[] integers = value is IntAttribute single ? [single.Value] : [.. ((IntsAttribute)value).Values];
            node.SetInput(input, Constant(node, attribute, Tensor.From(integers, [integers.Length])));
        }
    }

    private Value Constant(Node node, string attribute, Tensor tensor) =>
        _graph.AddConstant(_graph.UniqueName($"{node.Outputs[0]!.Name}_{attribute}"), tensor);
}
