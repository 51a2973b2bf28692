using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Normalization;

/// <summary>InstanceNormalization, GroupNormalization: rows are the planes of one channel or of a group of channels; scale and bias per channel.</summary>
internal sealed class PlaneNormalization(OperatorSite site, bool grouped) : FloatingPointOperator
{
    private readonly int _groups = checked((int)site.Node.GetInt("num_groups", 1));
    private readonly float _epsilon = site.Node.GetFloat("epsilon", 1e-5f);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int channels = x.Shape[1];
        int groups = grouped ? _groups : channels;
        if (groups < 1 || channels % groups != 0)
        {
            throw new InvalidOperatorInputException($"{channels} channels cannot be cut into {groups} groups.");
        }

        int rows = x.Shape[0] * groups;
        int length = rows == 0 ? 0 : x.Count / rows;
        Tensor y = context.Allocate(x.Type, x.Shape);
        context.ForRanges(rows, 4L * length, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                MeanVariance.Normalize(x.AsSpan<T>().Slice(i * length, length), y.AsMutableSpan<T>().Slice(i * length, length), _epsilon);
            }
        });
        int[] perChannel = [channels, .. Enumerable.Repeat(1, x.Shape.Rank - 2)];
        return Affine.Apply(y, Spread(inputs.Required(1), channels).Reshape(new Shape(perChannel)), Spread(inputs.Required(2), channels).Reshape(new Shape(perChannel)), context);
    }

    // Before version 21 of GroupNormalization scale and bias were per group.
    private static Tensor Spread(Tensor parameter, int channels) => parameter.Count == channels || parameter.Count == 0 || channels % parameter.Count != 0
        ? parameter
        : Tensor.From([.. Enumerable.Range(0, channels).Select(c => parameter.AsSpan<float>()[c / (channels / parameter.Count)])], [channels]);
}
