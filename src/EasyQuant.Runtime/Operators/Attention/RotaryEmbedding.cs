using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Indexing;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>RotaryEmbedding: turns pairs of elements of each head by the angles of their position, <c>(a, b) → (a · cos − b · sin, b · cos + a · sin)</c>.</summary>
/// <remarks>A pair is two neighbours (interleaved) or element i of either half of the rotated part; elements behind that part stay as they are.</remarks>
internal sealed class RotaryEmbedding(OperatorSite site) : SingleOutputOperator
{
    private readonly bool _isInterleaved = site.Node.GetInt("interleaved", 0) != 0;
    private readonly int _heads = checked((int)site.Node.GetInt("num_heads", 0));
    private readonly int _rotated = checked((int)site.Node.GetInt("rotary_embedding_dim", 0));

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor input = inputs.Required(0);
        Tensor x = AttentionHeads.Split(input, _heads, context);
        (int batch, int heads, int length, int size) = Images.Extents(x);
        int rotated = _rotated == 0 ? size : _rotated;
        int pairs = rotated / 2;
        int[]? positions = inputs.Optional(3) is { } given ? Indices.Along(given, inputs.Required(1).Shape[0]) : null;
        Shape expected = positions is null ? [batch, length, pairs] : [inputs.Required(1).Shape[0], pairs];
        if (rotated < 0 || rotated > size || rotated % 2 != 0 || inputs.Required(1).Shape != expected || inputs.Required(2).Shape != expected
            || (positions is not null && positions.Length != batch * length))
        {
            throw new InvalidOperatorInputException($"Cosines {inputs.Required(1)}, sines {inputs.Required(2)} and positions {inputs.Optional(3)} do not fit {rotated} of {size} elements of {length} steps.");
        }

        double[] cosines = Reals.Of(inputs.Required(1));
        double[] sines = Reals.Of(inputs.Required(2));
        double[] y = Reals.Of(x);
        for (int row = 0; row < batch * heads * length; row++)
        {
            int step = row / (heads * length) * length + row % length;
            int angles = (positions?[step] ?? step) * pairs;
            for (int i = 0; i < pairs; i++)
            {
                ref double a = ref y[row * size + (_isInterleaved ? 2 * i : i)];
                ref double b = ref y[row * size + (_isInterleaved ? 2 * i + 1 : pairs + i)];
                (a, b) = (a * cosines[angles + i] - b * sines[angles + i], b * cosines[angles + i] + a * sines[angles + i]);
            }
        }

        Tensor turned = Reals.Make(y, x.Shape, x.Type, context);
        return input.Shape.Rank == 3 ? AttentionHeads.Join(turned, context) : turned;
    }
}
