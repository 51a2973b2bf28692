using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>What each step of an integer network means, one element at a time.</summary>
internal sealed class ReferenceNetwork
{
    private readonly Dictionary<Value, Tensor> _floats = [];

    public Dictionary<QuantizedTensor, byte[]> Integers { get; } = [];

    public Tensor Run(IntegerNetwork network, Tensor input)
    {
        _floats[network.Inputs[0]] = input;
        foreach (NetworkStep step in network.Steps)
        {
            Compute(step);
        }

        return _floats[network.Outputs[0]];
    }

    private void Compute(NetworkStep step)
    {
        switch (step)
        {
            case QuantizeStep s:
                Integers[s.Output] = [.. _floats[s.Input].AsSpan<float>().ToArray().Select(x => Round(x / s.Output.Scale, s.Output))];
                break;
            case DequantizeStep s:
                _floats[s.Output] = Tensor.From([.. Integers[s.Input].Select(q => s.Table[q])], s.Input.Shape);
                break;
            case ConvolutionStep s:
                Convolve(s);
                break;
            case ProductStep s:
                Multiply(s);
                break;
            case AddStep s:
                Integers[s.Output] = Pairs(s.Left, s.Right, (a, b) => Round((float)(a * s.LeftMultiplier()) + (float)(b * s.RightMultiplier()), s.Output));
                break;
            case MultiplyStep s:
                Integers[s.Output] = Pairs(s.Left, s.Right, (a, b) => Round(a * b * s.Multiplier(), s.Output));
                break;
            case ConcatStep s:
                Concatenate(s);
                break;
            case MaxPoolStep s:
                Pool(s);
                break;
            case AveragePoolStep s:
                Average(s);
                break;
            case GlobalAverageStep s:
                Average(s);
                break;
            case TableStep s:
                Integers[s.Output] = [.. Integers[s.Input].Select(q => s.Table[q])];
                break;
            case ChannelTableStep s:
                Integers[s.Output] = [.. Integers[s.Input].Select((q, i) => s.Tables[256 * ChannelOf(s.Input, i) + q])];
                break;
            case SlopeStep s:
                float[] negative = s.NegativeMultipliers();
                Integers[s.Output] = [.. Integers[s.Input].Select((q, i) =>
                    Round((q - s.Input.ZeroPoint) * (q < s.Input.ZeroPoint ? negative[ChannelOf(s.Input, i)] : s.PositiveMultiplier()), s.Output))];
                break;
            case MoveStep s:
                float ratio = s.Input.Scale / s.Output.Scale;
                Integers[s.Output] = [.. s.Sources.Select(n => n == 0 ? s.Fill : Round((Integers[s.Input][n - 1] - s.Input.ZeroPoint) * ratio, s.Output))];
                break;
            case FloatStep s:
                _floats[s.Node.Outputs[0]!] = s.Operator.Run([.. s.Node.Inputs.Select(i => i is null ? null : i.Constant ?? _floats[i])], new OperatorContext(WorkerPool.Inline))[0]!;
                break;
            default:
                throw new InvalidOperationException($"No reference for {step.GetType().Name}.");
        }
    }

    private byte[] Pairs(QuantizedTensor left, QuantizedTensor right, Func<int, int, byte> compute)
    {
        int positions = left.Shape == right.Shape ? 1 : left.Shape[2] * left.Shape[3];
        return [.. Integers[left].Select((a, i) => compute(a - left.ZeroPoint, Integers[right][i / positions] - right.ZeroPoint))];
    }

    private static int ChannelOf(QuantizedTensor tensor, int element) =>
        tensor.Shape.Rank == 4 ? element / tensor.Shape[2] / tensor.Shape[3] % tensor.Shape[1] : element % tensor.Channels;

    private void Convolve(ConvolutionStep s)
    {
        Shape x = s.Input.Shape.Rank == 4 ? s.Input.Shape : RowsOf(s.Input.Shape);
        Shape named = s.Output?.Shape ?? s.FloatOutput!.Shape!.ToStatic()!.Value;
        Shape y = named.Rank == 4 ? named : RowsOf(named);
        double[] sums = NaiveConvolution.Run(
            Array.ConvertAll(Integers[s.Input], q => (double)(q - s.Input.ZeroPoint)), x, Array.ConvertAll(s.Weights.Rows, w => (double)w), y, s.Window, s.Weights.Groups);
        float[] multipliers = s.Multipliers();
        float[] products = new float[y.ElementCount];
        for (int i = 0; i < products.Length; i++)
        {
            int channel = i / y[3] / y[2] % y[1];
            products[i] = (int)(sums[i] + s.Weights.Bias[channel]) * multipliers[channel];
        }

        if (s.Output is { } output)
        {
            Integers[output] = [.. products.Select(p => Round(p, output))];
        }
        else
        {
            _floats[s.FloatOutput!] = Tensor.From(products, named);
        }
    }

    private void Multiply(ProductStep s)
    {
        (int rows, int depth, int columns) = (s.Left.Shape[^2], s.Depth, s.Right.Shape[^1]);
        int matrices = (int)s.Left.Shape.ElementCount / rows / depth;
        float[] products = new float[matrices * rows * columns];
        for (int i = 0; i < products.Length; i++)
        {
            (int matrix, int row, int column) = (i / columns / rows, i / columns % rows, i % columns);
            int sum = 0;
            for (int k = 0; k < depth; k++)
            {
                sum += (Integers[s.Left][(matrix * rows + row) * depth + k] - s.Left.ZeroPoint) * (Integers[s.Right][(matrix * depth + k) * columns + column] - s.Right.ZeroPoint);
            }

            products[i] = sum * s.Multiplier();
        }

        if (s.Output is { } output)
        {
            Integers[output] = [.. products.Select(p => Round(p, output))];
        }
        else
        {
            _floats[s.FloatOutput!] = Tensor.From(products, s.FloatOutput!.Shape!.ToStatic()!.Value);
        }
    }

    // Rows of a product are images of one position.
    private static Shape RowsOf(Shape shape) => new(shape.Product(0, shape.Rank - 1), shape[^1], 1, 1);

    private void Concatenate(ConcatStep s)
    {
        List<byte> joined = [];
        int images = s.Output.Shape.Rank == 4 ? s.Output.Shape[0] : RowsOf(s.Output.Shape)[0];
        for (int image = 0; image < images; image++)
        {
            foreach (QuantizedTensor input in s.Inputs)
            {
                int length = (int)input.Shape.ElementCount / images;
                float multiplier = input.Scale / s.Output.Scale;
                joined.AddRange(Integers[input].Skip(image * length).Take(length).Select(q => Round((q - input.ZeroPoint) * multiplier, s.Output)));
            }
        }

        Integers[s.Output] = [.. joined];
    }

    private void Pool(MaxPoolStep s)
    {
        float ratio = s.Input.Scale / s.Output.Scale;
        Integers[s.Output] = [.. Windows(s.Input, s.Window, s.Output.Shape).Select(w => s.Input.SharesGridWith(s.Output)
            ? Math.Clamp(w.Max(), (byte)s.Output.Minimum, (byte)s.Output.Maximum)
            : Round((w.Max() - s.Input.ZeroPoint) * ratio, s.Output))];
    }

    private void Average(AveragePoolStep s)
    {
        (int rows, int columns) = (s.RowCounts.Count, s.ColumnCounts.Count);
        Integers[s.Output] = [.. Windows(s.Input, s.Window, s.Output.Shape).Select((w, i) =>
            Round(w.Sum(q => q - s.Input.ZeroPoint) * s.Multiplier(s.RowCounts[i / columns % rows] * s.ColumnCounts[i % columns]), s.Output))];
    }

    // What each output's window holds of the image.
    private IEnumerable<List<byte>> Windows(QuantizedTensor input, Window window, Shape y)
    {
        Shape x = input.Shape;
        for (int i = 0; i < y.ElementCount; i++)
        {
            int map = i / y[3] / y[2];
            List<byte> taps = [];
            for (int k = 0; k < window.KernelHeight * window.KernelWidth; k++)
            {
                int sourceY = i / y[3] % y[2] * window.StrideY + k / window.KernelWidth * window.DilationY - window.PadTop;
                int sourceX = i % y[3] * window.StrideX + k % window.KernelWidth * window.DilationX - window.PadLeft;
                if (sourceY >= 0 && sourceY < x[2] && sourceX >= 0 && sourceX < x[3])
                {
                    taps.Add(Integers[input][(map * x[2] + sourceY) * x[3] + sourceX]);
                }
            }

            yield return taps;
        }
    }

    private void Average(GlobalAverageStep s)
    {
        float multiplier = s.Multiplier();
        float[] means = [.. Integers[s.Input].Chunk(s.Positions).Select(map => map.Sum(q => q - s.Input.ZeroPoint) * multiplier)];
        if (s.Output is { } output)
        {
            Integers[output] = [.. means.Select(m => Round(m, output))];
        }
        else
        {
            _floats[s.FloatOutput!] = Tensor.From(means, s.FloatShape);
        }
    }

    private static byte Round(float steps, QuantizedTensor grid) =>
        (byte)Math.Clamp(MathF.Round(steps, MidpointRounding.ToEven) + grid.ZeroPoint, grid.Minimum, grid.Maximum);
}
