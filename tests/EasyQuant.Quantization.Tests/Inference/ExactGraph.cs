using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>
/// The reals that a graph of QuantizeLinear and DequantizeLinear rounds, computed from integers that are given for all its
/// other roundings. It knows nothing of integer steps: it walks the graph's own nodes.
/// </summary>
/// <remarks>
/// Sums of convolutions, products and means are taken in double precision over exact factors, so nothing is lost in them. What else
/// there is between two roundings goes through the float operators, one rounding each.
/// </remarks>
internal sealed class ExactGraph(Model model, IReadOnlyDictionary<Value, Tensor> inputs, IReadOnlyDictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> integers)
{
    private readonly Dictionary<Value, Tensor> _reals = [];

    /// <summary>What is rounded to the integers of this name.</summary>
    public Tensor RealsBefore(string integerName)
    {
        Node quantize = model.Graph.Nodes.Single(n => n.Outputs[0]!.Name == integerName);
        while (!quantize.Is("QuantizeLinear"))
        {
            quantize = quantize.Inputs[0]!.Producer!;
        }

        return RealsOf(quantize.Inputs[0]!);
    }

    private Tensor RealsOf(Value value)
    {
        if (value.Constant is { } constant)
        {
            return constant;
        }

        if (!_reals.TryGetValue(value, out Tensor? reals))
        {
            _reals[value] = reals = inputs.TryGetValue(value, out Tensor? fed) ? fed : Compute(value.Producer!, value);
        }

        return reals;
    }

    private Tensor Compute(Node node, Value wished)
    {
        if (node.Is("DequantizeLinear") && integers.TryGetValue(node.Inputs[0]!.Name, out (QuantizedTensor Tensor, byte[] Bytes) known))
        {
            return Tensor.From([.. known.Bytes.Select(q => (float)((q - known.Tensor.ZeroPoint) * (double)known.Tensor.Scale))], known.Tensor.Shape);
        }

        if (node.Is("Conv") || node.Is("Gemm") || node.Is("MatMul"))
        {
            return Sums(node);
        }

        if (node.Is("GlobalAveragePool"))
        {
            (Shape shape, double[] elements) = Factors(node.Inputs[0]!);
            return Tensor.From([.. elements.Chunk(shape[2] * shape[3]).Select(map => (float)map.Average())], [shape[0], shape[1], 1, 1]);
        }

        Tensor?[] arguments = [.. node.Inputs.Select(i => i is null ? null : RealsOf(i))];
        Tensor?[] results = OperatorTable.Create(node, model.Opset).Run(arguments, new OperatorContext(WorkerPool.Inline));
        return results[node.Outputs.ToList().IndexOf(wished)]!;
    }

    private Tensor Sums(Node node)
    {
        (Shape x, double[] input) = Factors(node.Inputs[0]!);
        (Shape w, double[] weights) = Factors(node.Inputs[1]!);
        double[] bias = node.InputOrDefault(2) is { } b ? Factors(b).Elements : [0];
        if (!node.Is("Conv"))
        {
            bool isTransposed = node.GetInt("transB", 0) != 0;
            (int depth, int columns) = isTransposed ? (w[1], w[0]) : (w[^2], w[^1]);
            float[] products = new float[input.Length / depth * columns];
            for (int i = 0; i < products.Length; i++)
            {
                (int row, int column) = (i / columns, i % columns);
                int matrix = w.Rank > 2 ? row / x[^2] * depth * columns : 0;
                double sum = bias[column % bias.Length];
                for (int k = 0; k < depth; k++)
                {
                    sum += input[row * depth + k] * weights[isTransposed ? column * depth + k : matrix + k * columns + column];
                }

                products[i] = (float)sum;
            }

            return Tensor.From(products, new Shape([.. x.ToArray()[..^1], columns]));
        }

        Window window = WindowReading.Of(node, x, x, (w[2], w[3]))!;
        (int padBottom, int padRight) = node.GetInts("pads") is { } pads ? ((int)pads[2], (int)pads[3]) : (0, 0);
        Assert(node.GetString("auto_pad", "NOTSET") == "NOTSET", node);
        Shape y =
        [
            x[0], w[0],
            (x[2] + window.PadTop + padBottom - (window.KernelHeight - 1) * window.DilationY - 1) / window.StrideY + 1,
            (x[3] + window.PadLeft + padRight - (window.KernelWidth - 1) * window.DilationX - 1) / window.StrideX + 1,
        ];
        double[] sums = NaiveConvolution.Run(input, x, weights, y, window, (int)node.GetInt("group", 1));
        return Tensor.From([.. sums.Select((s, i) => (float)(s + bias[i / (y[2] * y[3]) % y[1] % bias.Length]))], y);
    }

    // Integers times steps without a rounding; reals as they are.
    private (Shape Shape, double[] Elements) Factors(Value value)
    {
        if (value.Producer is not { } dequantize || !dequantize.Is("DequantizeLinear"))
        {
            Tensor reals = RealsOf(value);
            return (reals.Shape, Doubles(reals));
        }

        if (integers.TryGetValue(dequantize.Inputs[0]!.Name, out (QuantizedTensor Tensor, byte[] Bytes) known))
        {
            return (known.Tensor.Shape, [.. known.Bytes.Select(q => (q - known.Tensor.ZeroPoint) * (double)known.Tensor.Scale)]);
        }

        Tensor stored = RealsOf(dequantize.Inputs[0]!);
        double[] scales = Doubles(dequantize.Inputs[1]!.Constant!);
        double[] zeros = dequantize.InputOrDefault(2) is { } zero ? Doubles(zero.Constant!) : [0];
        int axis = (int)dequantize.GetInt("axis", 1);
        int inner = axis >= stored.Shape.Rank ? 1 : stored.Shape.Product(axis + 1, stored.Shape.Rank);
        return (stored.Shape, [.. Doubles(stored).Select((q, i) => (q - zeros[zeros.Length == 1 ? 0 : i / inner % zeros.Length]) * scales[scales.Length == 1 ? 0 : i / inner % scales.Length])]);
    }

    private static double[] Doubles(Tensor tensor) => tensor.Type switch
    {
        DataType.Float32 => [.. tensor.AsSpan<float>().ToArray().Select(x => (double)x)],
        DataType.Int32 => [.. tensor.AsSpan<int>().ToArray().Select(x => (double)x)],
        DataType.Int8 => [.. tensor.AsSpan<sbyte>().ToArray().Select(x => (double)x)],
        _ => [.. tensor.AsSpan<byte>().ToArray().Select(x => (double)x)],
    };

    private static void Assert(bool isTrue, Node node)
    {
        if (!isTrue)
        {
            throw new NotSupportedException($"{node.Label} has a form that the reference does not compute.");
        }
    }
}
