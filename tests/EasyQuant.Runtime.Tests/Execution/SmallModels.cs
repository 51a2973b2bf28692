using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Tests.Execution;

/// <summary>Models built in a few lines.</summary>
internal static class SmallModels
{
    public static Value Input(this Graph graph, string name, DataType type, params Dimension[] shape)
    {
        Value value = new(name, new TensorValueType(type, new SymbolicShape(shape)));
        graph.Inputs.Add(value);
        return value;
    }

    public static Value Call(this Graph graph, string opType, Value?[] inputs, string output, params (string Name, AttributeValue Value)[] attributes)
    {
        Value value = new(output);
        Node node = graph.Add(new Node(opType, inputs, [value], output + "_node"));
        foreach ((string name, AttributeValue attribute) in attributes)
        {
            node.Attributes[name] = attribute;
        }

        return value;
    }

    public static Model ToModel(this Graph graph, params Value[] outputs)
    {
        graph.Outputs.AddRange(outputs);
        Model model = new(graph);
        model.OpsetImports[""] = 17;
        return model;
    }

    /// <summary>Reproducible numbers in [-1, 1).</summary>
    public static Tensor Noise(int seed, Shape shape)
    {
        Random random = new(seed);
        return Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() * 2 - 1)], shape);
    }
}
