using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Text;

/// <summary>StringConcat: each pair of texts behind one another, after broadcasting.</summary>
internal sealed class TextConcatenation : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        IReadOnlyList<string> x = inputs.Required(0).Strings;
        IReadOnlyList<string> y = inputs.Required(1).Strings;
        Broadcast walk = new(inputs.Required(0).Shape, inputs.Required(1).Shape);
        string[] z = new string[checked((int)walk.Shape.ElementCount)];
        int xStep = walk.IsRepeated(0) ? 0 : 1;
        int yStep = walk.IsRepeated(1) ? 0 : 1;
        walk.For(context, (offsets, output, length) =>
        {
            for (int i = 0; i < length; i++)
            {
                z[output + i] = x[offsets[0] + i * xStep] + y[offsets[1] + i * yStep];
            }
        });
        return Tensor.FromStrings(z, walk.Shape);
    }
}
