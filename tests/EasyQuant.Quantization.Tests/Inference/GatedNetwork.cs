using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>What detectors and super-resolution networks have: SiLU, a shortcut by Slice and Pad, nearest Resize, Transpose, DepthToSpace.</summary>
internal static class GatedNetwork
{
    public static Model Create()
    {
        Random random = new(3);
        Graph graph = new("gated");
        Value image = new("image", new TensorValueType(DataType.Float32, new SymbolicShape([new(null, "N"), 3, 12, 12])));
        graph.Inputs.Add(image);

        Value stem = Silu(Conv(image, 3, 8, 3, 1));
        Value down = Conv(stem, 8, 16, 3, 2);
        Value shortcut = Pad(Slice(stem));
        Value joined = Call("Relu", Call("Add", down, shortcut));
        Value up = Resize(Silu(Conv(joined, 16, 8, 1, 1)));
        Value detail = Conv(Call("Concat", up, stem), 16, 8, 3, 1);
        detail.Producer!.Inputs[0]!.Producer!.Attributes["axis"] = new IntAttribute(1);
        Value shuffled = Call("DepthToSpace", detail);
        shuffled.Producer!.Attributes["blocksize"] = new IntAttribute(2);
        Value turned = Call("Transpose", shuffled);
        turned.Producer!.Attributes["perm"] = new IntsAttribute([0, 1, 3, 2]);
        Value output = Conv(turned, 2, 3, 3, 1);
        output.Name = "picture";
        output.Type = new TensorValueType(DataType.Float32, new SymbolicShape([new(null, "N"), 3, 24, 24]));
        graph.Outputs.Add(output);
        Model model = new(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 13;
        return model;

        Value Call(string opType, params Value?[] inputs) =>
            graph.Add(new Node(opType, inputs, [new Value($"{opType}_{graph.Nodes.Count}_out")], $"{opType}_{graph.Nodes.Count}")).Outputs[0]!;

        Value Constant<T>(T[] elements, params int[] shape)
            where T : unmanaged => graph.AddConstant($"c{graph.Initializers.Count}", Tensor.From(elements, new Shape(shape)));

        Value Conv(Value x, int inputs, int outputs, int kernel, int stride)
        {
            float size = 2 / MathF.Sqrt(inputs * kernel * kernel);
            float[] Reals(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 2 * size)];
            Value y = Call("Conv", x, Constant(Reals(outputs * inputs * kernel * kernel), outputs, inputs, kernel, kernel), Constant(Reals(outputs), outputs));
            y.Producer!.Attributes["pads"] = new IntsAttribute([kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            y.Producer!.Attributes["strides"] = new IntsAttribute([stride, stride]);
            return y;
        }

        Value Silu(Value x) => Call("Mul", x, Call("Sigmoid", x));

        Value Slice(Value x) => Call(
            "Slice", x, Constant<long>([0, 0], 2), Constant<long>([long.MaxValue, long.MaxValue], 2), Constant<long>([2, 3], 2), Constant<long>([2, 2], 2));

        Value Pad(Value x) => Call("Pad", x, Constant<long>([0, 4, 0, 0, 0, 4, 0, 0], 8));

        Value Resize(Value x)
        {
            Value y = Call("Resize", x, null, Constant<float>([1, 1, 2, 2], 4));
            y.Producer!.Attributes["mode"] = new StringAttribute("nearest");
            y.Producer!.Attributes["coordinate_transformation_mode"] = new StringAttribute("asymmetric");
            y.Producer!.Attributes["nearest_mode"] = new StringAttribute("floor");
            return y;
        }
    }

    public static ISampleSource Samples(int count) => new RandomSamples(count);

    private sealed class RandomSamples(int count) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index)
        {
            Random random = new(index);
            float[] image = [.. Enumerable.Range(0, 3 * 12 * 12).Select(_ => 2 * random.NextSingle() - 1)];
            return new Sample($"sample {index}", new Dictionary<string, Tensor> { ["image"] = Tensor.From(image, [1, 3, 12, 12]) });
        }
    }
}
