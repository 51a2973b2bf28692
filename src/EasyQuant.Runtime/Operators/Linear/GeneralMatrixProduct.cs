using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Gemm: <c>y = alpha · a · b + beta · c</c>, the operands transposed if asked, c broadcast.</summary>
internal sealed class GeneralMatrixProduct : SingleOutputOperator, IClampable
{
    private readonly OperatorSite _site;
    private readonly float _alpha;
    private readonly float _beta;
    private readonly bool _transposeA;
    private readonly bool _transposeB;
    private readonly float _low;
    private readonly float _high;

    public GeneralMatrixProduct(OperatorSite site)
        : this(site, float.NegativeInfinity, float.PositiveInfinity)
    {
    }

    private GeneralMatrixProduct(OperatorSite site, float low, float high)
    {
        _site = site;
        _alpha = site.Node.GetFloat("alpha", 1);
        _beta = site.Node.GetFloat("beta", 1);
        _transposeA = site.Node.GetInt("transA", 0) != 0;
        _transposeB = site.Node.GetInt("transB", 0) != 0;
        _low = low;
        _high = high;
    }

    public IOperator WithClamp(float low, float high) => new GeneralMatrixProduct(_site, low, high);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor a = inputs.Required(0);
        Tensor b = inputs.Required(1);
        Tensor? c = inputs.Optional(2);
        int m = a.Shape[_transposeA ? 1 : 0];
        int k = a.Shape[_transposeA ? 0 : 1];
        int n = b.Shape[_transposeB ? 0 : 1];
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2 || b.Shape[_transposeB ? 1 : 0] != k)
        {
            throw new InvalidOperatorInputException($"Matrices {a.Shape}{(_transposeA ? " (transposed)" : "")} and {b.Shape}{(_transposeB ? " (transposed)" : "")} cannot be multiplied.");
        }

        Tensor y = context.Allocate(a.Type, [m, n]);
        Tensor? addend = c is null ? null : Expand.To(c, [m, n], context);
        (int aRow, int aColumn) = _transposeA ? (1, m) : (k, 1);
        (int bRow, int bColumn) = _transposeB ? (1, k) : (n, 1);
        context.ForRanges(m * n, k, (start, end) =>
        {
            ReadOnlySpan<float> left = a.AsSpan<float>();
            ReadOnlySpan<float> right = b.AsSpan<float>();
            Span<float> result = y.AsMutableSpan<float>();
            for (int index = start; index < end; index++)
            {
                (int i, int j) = Math.DivRem(index, n);
                float sum = 0;
                for (int l = 0; l < k; l++)
                {
                    sum += left[i * aRow + l * aColumn] * right[l * bRow + j * bColumn];
                }

                float value = _alpha * sum + (addend is null ? 0 : _beta * addend.AsSpan<float>()[index]);
                result[index] = Math.Min(Math.Max(value, _low), _high);
            }
        });
        return y;
    }
}
