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
                _floats[s.Output] = Tensor.From([.. Integers[s.Input].Select(q => (q - s.Input.ZeroPoint) * s.Input.Scale)], s.Input.Shape);
                break;
            case ConvolutionStep s:
                Convolve(s);
                break;
            case AddStep s:
                (float left, float right) = (s.Left.Scale / s.Output.Scale, s.Right.Scale / s.Output.Scale);
                Integers[s.Output] = [.. Integers[s.Left].Zip(Integers[s.Right], (a, b) => Round((float)((a - s.Left.ZeroPoint) * left) + (float)((b - s.Right.ZeroPoint) * right), s.Output))];
                break;
            case ConcatStep s:
                Concatenate(s);
                break;
            case MaxPoolStep s:
                Pool(s);
                break;
            case GlobalAverageStep s:
                Average(s);
                break;
            case TableStep s:
                Integers[s.Output] = [.. Integers[s.Input].Select(q => s.Table[q])];
                break;
            case MoveStep s:
                float ratio = s.Input.Scale / s.Output.Scale;
                Integers[s.Output] = [.. s.Sources.Select(n => n == 0 ? (byte)s.Output.ZeroPoint : Round((Integers[s.Input][n - 1] - s.Input.ZeroPoint) * ratio, s.Output))];
                break;
            case FloatStep s:
                _floats[s.Node.Outputs[0]!] = s.Operator.Run([.. s.Node.Inputs.Select(i => i is null ? null : i.Constant ?? _floats[i])], new OperatorContext(WorkerPool.Inline))[0]!;
                break;
            default:
                throw new InvalidOperationException($"No reference for {step.GetType().Name}.");
        }
    }

    private void Convolve(ConvolutionStep s)
    {
        Shape x = s.Input.Shape.Rank == 4 ? s.Input.Shape : new Shape(s.Input.Shape[0], s.Input.Shape[1], 1, 1);
        Shape named = s.Output?.Shape ?? s.FloatOutput!.Shape!.ToStatic()!.Value;
        Shape y = named.Rank == 4 ? named : new Shape(named[0], named[1], 1, 1);
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

    private void Concatenate(ConcatStep s)
    {
        List<byte> joined = [];
        for (int image = 0; image < s.Output.Shape[0]; image++)
        {
            foreach (QuantizedTensor input in s.Inputs)
            {
                int length = (int)input.Shape.ElementCount / input.Shape[0];
                float multiplier = input.Scale / s.Output.Scale;
                joined.AddRange(Integers[input].Skip(image * length).Take(length).Select(q => Round((q - input.ZeroPoint) * multiplier, s.Output)));
            }
        }

        Integers[s.Output] = [.. joined];
    }

    private void Pool(MaxPoolStep s)
    {
        (Shape x, Shape y) = (s.Input.Shape, s.Output.Shape);
        byte[] output = new byte[y.ElementCount];
        for (int i = 0; i < output.Length; i++)
        {
            int map = i / y[3] / y[2];
            int largest = s.Output.Minimum;
            for (int k = 0; k < s.Window.KernelHeight * s.Window.KernelWidth; k++)
            {
                int sourceY = i / y[3] % y[2] * s.Window.StrideY + k / s.Window.KernelWidth * s.Window.DilationY - s.Window.PadTop;
                int sourceX = i % y[3] * s.Window.StrideX + k % s.Window.KernelWidth * s.Window.DilationX - s.Window.PadLeft;
                if (sourceY >= 0 && sourceY < x[2] && sourceX >= 0 && sourceX < x[3])
                {
                    largest = Math.Max(largest, Integers[s.Input][(map * x[2] + sourceY) * x[3] + sourceX]);
                }
            }

            output[i] = (byte)Math.Min(largest, s.Output.Maximum);
        }

        Integers[s.Output] = output;
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
            _floats[s.FloatOutput!] = Tensor.From(means, [s.Input.Shape[0], s.Input.Shape[1], 1, 1]);
        }
    }

    private static byte Round(float steps, QuantizedTensor grid) =>
        (byte)Math.Clamp(MathF.Round(steps, MidpointRounding.ToEven) + grid.ZeroPoint, grid.Minimum, grid.Maximum);
}
