using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Gemm: <c>y = alpha · a · b + beta · c</c>, the operands transposed if asked, c broadcast.</summary>
internal sealed class GeneralMatrixProduct : SingleOutputOperator, IClampable
{
    private readonly float _alpha;
    private readonly float _beta;
    private readonly bool _transposeA;
    private readonly bool _transposeB;
    private readonly float _low = float.NegativeInfinity;
    private readonly float _high = float.PositiveInfinity;
    private readonly ConstantCopy<FloatProduct>? _packed;

    public GeneralMatrixProduct(OperatorSite site)
    {
        _alpha = site.Node.GetFloat("alpha", 1);
        _beta = site.Node.GetFloat("beta", 1);
        _transposeA = site.Node.GetInt("transA", 0) != 0;
        _transposeB = site.Node.GetInt("transB", 0) != 0;
        _packed = site.Constant(1) is { Type: DataType.Float32, Shape.Rank: 2 } b ? new ConstantCopy<FloatProduct>(site.Copies, b.ByteLength, () => Pack(b)) : null;
    }

    private GeneralMatrixProduct(GeneralMatrixProduct other, float low, float high)
    {
        (_alpha, _beta, _transposeA, _transposeB, _packed) = (other._alpha, other._beta, other._transposeA, other._transposeB, other._packed);
        (_low, _high) = (low, high);
    }

    public IOperator WithClamp(float low, float high) => new GeneralMatrixProduct(this, low, high);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (SinglePrecision.IsFor(inputs.Required(0).Type))
        {
            return SinglePrecision.Run(this, inputs, context)[0]!;
        }

        Tensor a = inputs.Required(0);
        Tensor b = inputs.Required(1);
        Tensor? c = inputs.Optional(2);
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2 || a.Shape[_transposeA ? 0 : 1] != b.Shape[_transposeB ? 1 : 0])
        {
            throw new InvalidOperatorInputException(
                $"Matrices {a.Shape}{(_transposeA ? " (transposed)" : "")} and {b.Shape}{(_transposeB ? " (transposed)" : "")} cannot be multiplied.");
        }

        (int m, int k) = _transposeA ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        int n = b.Shape[_transposeB ? 0 : 1];
        float[] strips = FloatTileKernel.PackStrips(a.AsSpan<float>(), m, k, _transposeA ? 1 : k, _transposeA ? m : 1);
        Tensor y = context.Allocate(DataType.Float32, [m, n]);
        bool isPlain = c is null && _alpha == 1;
        FloatProduct product = _packed?.Value ?? Pack(b);
        product.Run(strips, m, y, 0, isPlain ? _low : float.NegativeInfinity, isPlain ? _high : float.PositiveInfinity, context);
        if (!isPlain)
        {
            Finish(y.AsMutableSpan<float>(), c is null ? null : Expand.To(c, y.Shape, context));
        }

        return y;
    }

    private void Finish(Span<float> y, Tensor? addend)
    {
        TensorPrimitives.Multiply(y, _alpha, y);
        if (addend is not null)
        {
            TensorPrimitives.MultiplyAdd(addend.AsSpan<float>(), _beta, y, y);
        }

        TensorPrimitives.Max(y, _low, y);
        TensorPrimitives.Min(y, _high, y);
    }

    private FloatProduct Pack(Tensor b)
    {
        (int depth, int columns) = _transposeB ? (b.Shape[1], b.Shape[0]) : (b.Shape[0], b.Shape[1]);
        return new FloatProduct(b.AsSpan<float>(), depth, columns, _transposeB ? 1 : columns, _transposeB ? depth : 1);
    }
}
