using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Linear;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>Products of 8-bit integers, summed in 32 bits; plain loops that define what faster ones must equal.</summary>
internal static class IntegerProducts
{
    /// <summary><c>(a − za) · (b − zb)</c> over broadcast batches.</summary>
    public static Tensor Multiply(Tensor a, Tensor b, Tensor? zeroA, Tensor? zeroB, OperatorContext context)
    {
        MatrixBatches batches = new(a.Shape, b.Shape);
        int[] left = CentredIntegers.Of(a, zeroA, Math.Max(0, a.Shape.Rank - 2));
        int[] right = CentredIntegers.Of(b, zeroB, b.Shape.Rank - 1);
        Tensor y = context.Allocate(DataType.Int32, batches.OutputShape);
        (int m, int k, int n) = (batches.Rows, batches.Depth, batches.Columns);
        context.ForRanges(batches.Count * m, (long)k * n, (start, end) =>
        {
            for (int index = start; index < end; index++)
            {
                (int batch, int i) = Math.DivRem(index, m);
                Span<int> row = y.AsMutableSpan<int>().Slice(index * n, n);
                row.Clear();
                for (int l = 0; l < k; l++)
                {
                    int factor = left[(batches.Left(batch) * m + i) * k + l];
                    TensorPrimitives.MultiplyAdd(right.AsSpan((batches.Right(batch) * k + l) * n, n), factor, row, row);
                }
            }
        });
        return y;
    }

    /// <summary>The convolution of <c>x − zx</c> with <c>w − zw</c>; padding is zero after centring.</summary>
    public static Tensor Convolve(Tensor x, Tensor w, Tensor? zeroX, Tensor? zeroW, Tensor? bias, SpatialWindow window, int groups, OperatorContext context)
    {
        ConvolutionShapes.Check(x, w, bias, groups);
        WindowWalk walk = window.Over(x, w.Shape.Dimensions[2..]);
        int[] values = CentredIntegers.Of(x, zeroX, 1);
        int[] weights = CentredIntegers.Of(w, zeroW, 0);
        (int inChannels, int outChannels) = (w.Shape[1], w.Shape[0]);
        (int taps, int inputs, int outputs) = (walk.KernelCount, walk.InputCount, walk.OutputCount);
        Tensor y = context.Allocate(DataType.Int32, walk.OutputShape(x.Shape[0], outChannels));
        context.ForRanges(x.Shape[0] * outChannels, (long)outputs * taps * inChannels, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int n, int o) = Math.DivRem(i, outChannels);
                int plane = n * x.Shape[1] + o / (outChannels / groups) * inChannels;
                Span<int> row = y.AsMutableSpan<int>().Slice(i * outputs, outputs);
                for (int p = 0; p < outputs; p++)
                {
                    int sum = bias?.AsSpan<int>()[o] ?? 0;
                    for (int k = 0; k < taps; k++)
                    {
                        int source = walk.Source(p, k);
                        for (int c = 0; source >= 0 && c < inChannels; c++)
                        {
                            sum += weights[(o * inChannels + c) * taps + k] * values[(plane + c) * inputs + source];
                        }
                    }

                    row[p] = sum;
                }
            }
        });
        return y;
    }
}

/// <summary>MatMulInteger: the 32-bit product of 8-bit matrices.</summary>
internal sealed class MatMulInteger : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        IntegerProducts.Multiply(inputs.Required(0), inputs.Required(1), inputs.Optional(2), inputs.Optional(3), context);
}

/// <summary>ConvInteger: the 32-bit convolution of 8-bit tensors.</summary>
internal sealed class ConvInteger(OperatorSite site) : SingleOutputOperator
{
    private readonly SpatialWindow _window = new(site);
    private readonly int _groups = checked((int)site.Node.GetInt("group", 1));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        IntegerProducts.Convolve(inputs.Required(0), inputs.Required(1), inputs.Optional(2), inputs.Optional(3), null, _window, _groups, context);
}

/// <summary>QLinearMatMul: the product, requantized to the output's scale.</summary>
internal sealed class QLinearMatMul : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor product = IntegerProducts.Multiply(inputs.Required(0), inputs.Required(3), inputs.Required(2), inputs.Required(5), context);
        return Requantization.Run(product, inputs.Required(1), inputs.Required(4), inputs.Required(6), inputs.Required(7), product.Shape.Rank - 1, context);
    }
}

/// <summary>QLinearConv: the convolution, requantized to the output's scale.</summary>
internal sealed class QLinearConv(OperatorSite site) : SingleOutputOperator
{
    private readonly SpatialWindow _window = new(site);
    private readonly int _groups = checked((int)site.Node.GetInt("group", 1));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor sums = IntegerProducts.Convolve(
            inputs.Required(0), inputs.Required(3), inputs.Required(2), inputs.Required(5), inputs.Optional(8), _window, _groups, context);
        return Requantization.Run(sums, inputs.Required(1), inputs.Required(4), inputs.Required(6), inputs.Required(7), 1, context);
    }
}
