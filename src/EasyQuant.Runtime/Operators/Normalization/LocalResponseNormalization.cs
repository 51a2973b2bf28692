using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>LRN: <c>y[c] = x[c] / (bias + alpha / size · Σ x[i]²)^beta</c>, the sum over the <c>size</c> channels around c.</summary>
internal sealed class LocalResponseNormalization(OperatorSite site) : SingleOutputOperator
{
    private readonly float _alpha = site.Node.GetFloat("alpha", 1e-4f);
    private readonly float _beta = site.Node.GetFloat("beta", 0.75f);
    private readonly float _bias = site.Node.GetFloat("bias", 1);
    private readonly int _size = checked((int)site.Node.GetInt("size", 1));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int channels = x.Shape[1];
        int plane = x.Shape.Product(2, x.Shape.Rank);
        int before = (_size - 1) / 2;
        int after = _size - 1 - before;
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(x.Shape[0] * channels, (long)plane * _size, (start, end) =>
        {
            ReadOnlySpan<float> from = x.AsSpan<float>();
            for (int i = start; i < end; i++)
            {
                int c = i % channels;
                int first = i - Math.Min(c, before);
                int last = i + Math.Min(channels - 1 - c, after);
                Span<float> to = y.AsMutableSpan<float>().Slice(i * plane, plane);
                for (int p = 0; p < plane; p++)
                {
                    float squares = 0;
                    for (int j = first; j <= last; j++)
                    {
                        squares += from[j * plane + p] * from[j * plane + p];
                    }

                    to[p] = from[i * plane + p] * MathF.Pow(_bias + _alpha / _size * squares, -_beta);
                }
            }
        });
        return y;
    }
}
