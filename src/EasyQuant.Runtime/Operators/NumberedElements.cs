using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>
/// Moves elements that have no whole number of bytes: the operator moves their numbers 1, 2, … over all inputs, and what comes out says
/// which elements they are. Number 0, what an operator fills in itself, is the empty text and zero.
/// </summary>
internal static class NumberedElements
{
    /// <summary>What an operator does to words of 32 bits.</summary>
    public delegate Tensor?[] Mover(ReadOnlySpan<Tensor?> inputs, OperatorContext context);

    /// <summary>Runs <paramref name="mover"/> on the numbers of the elements of every input of this type.</summary>
    public static Tensor?[] Move(ReadOnlySpan<Tensor?> inputs, DataType type, Mover mover, OperatorContext context)
    {
        List<string> texts = [""];
        List<int> codes = [0];
        Tensor?[] numbered = inputs.ToArray();
        for (int i = 0; i < numbered.Length; i++)
        {
            if (numbered[i] is not { } input || input.Type != type)
            {
                continue;
            }

            int first = type == DataType.String ? texts.Count : codes.Count;
            if (type == DataType.String)
            {
                texts.AddRange(input.Strings);
            }
            else
            {
                codes.AddRange(NarrowElements.Codes(input));
            }

            numbered[i] = Tensor.From<uint>([.. Enumerable.Range(first, input.Count).Select(n => (uint)n)], input.Shape);
        }

        return Array.ConvertAll(mover(numbered, context), moved => moved is not { Type: DataType.UInt32 } ? moved
            : type == DataType.String ? Tensor.FromStrings(Array.ConvertAll(moved.AsSpan<uint>().ToArray(), n => texts[(int)n]), moved.Shape)
            : NarrowElements.Pack(Array.ConvertAll(moved.AsSpan<uint>().ToArray(), n => codes[(int)n]), moved.Shape, type, context));
    }
}
