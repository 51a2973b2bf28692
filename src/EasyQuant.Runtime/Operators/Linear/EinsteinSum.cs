using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Einsum: the product of all operands' elements, summed over every letter that the result does not have.</summary>
/// <remarks>Where that is a product of matrices it is computed as one; otherwise term by term.</remarks>
internal sealed class EinsteinSum(OperatorSite site) : NumberOperator
{
    private readonly EinsteinEquation _equation = new(site);

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (typeof(T) == typeof(Half))
        {
            // Sums in 11 bits would lose what the products hold.
            return SinglePrecision.Run(this, inputs, context)[0]!;
        }

        Tensor[] operands = new Tensor[inputs.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = inputs.Required(i).Type == inputs.Required(0).Type
                ? inputs.Required(i)
                : throw new InvalidOperatorInputException($"Operand {i} is {inputs[i]}, expected the type of the first.");
        }

        (string[] letters, string result) = _equation.Letters(operands);
        Dictionary<char, int> extents = Extents(operands, letters);
        if (result.Any(c => !extents.ContainsKey(c)) || result.Distinct().Count() != result.Length)
        {
            throw new InvalidOperatorInputException($"The result names '{result}', expected letters of the operands, each once.");
        }

        if (operands.Length == 2
            && EinsteinProduct.Run(operands[0], letters[0], operands[1], letters[1], result, extents, context) is { } product)
        {
            return product;
        }

        return Terms<T>(operands, letters, result, extents, context);
    }

    private static Tensor Terms<T>(Tensor[] operands, string[] letters, string result, Dictionary<char, int> extents, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        string summed = string.Concat(extents.Keys.Where(c => !result.Contains(c, StringComparison.Ordinal)));
        string all = result + summed;
        int[][] strides = [.. operands.Select((o, i) => Strides(o.Shape, letters[i], all))];
        int[] inner = [.. summed.Select(c => extents[c])];
        Tensor y = context.Allocate(operands[0].Type, new Shape([.. result.Select(c => extents[c])]));
        int terms = inner.Aggregate(1, (n, e) => checked(n * e));
        context.ForRanges(y.Count, (long)terms * operands.Length * 4, (start, end) =>
        {
            int[] index = new int[all.Length];
            for (int i = start; i < end; i++)
            {
                Unravel(i, y.Shape.Dimensions, index);
                T sum = T.Zero;
                for (int term = 0; term < terms; term++)
                {
                    Unravel(term, inner, index.AsSpan(result.Length));
                    T product = T.One;
                    for (int o = 0; o < operands.Length; o++)
                    {
                        int offset = 0;
                        for (int d = 0; d < index.Length; d++)
                        {
                            offset += index[d] * strides[o][d];
                        }

                        product *= operands[o].AsSpan<T>()[offset];
                    }

                    sum += product;
                }

                y.AsMutableSpan<T>()[i] = sum;
            }
        });
        return y;
    }

    private static void Unravel(int place, ReadOnlySpan<int> extents, Span<int> index)
    {
        for (int d = extents.Length - 1; d >= 0; d--)
        {
            (place, index[d]) = Math.DivRem(place, extents[d]);
        }
    }

    // The extent of each letter; 1 is repeated to another operand's.
    private static Dictionary<char, int> Extents(Tensor[] operands, string[] letters)
    {
        Dictionary<char, int> extents = [];
        for (int o = 0; o < operands.Length; o++)
        {
            for (int d = 0; d < letters[o].Length; d++)
            {
                int extent = operands[o].Shape[d];
                int known = extents.GetValueOrDefault(letters[o][d], 1);
                extents[letters[o][d]] = known == 1 ? extent : extent == 1 || extent == known ? known
                    : throw new InvalidOperatorInputException($"Dimension {d} of operand {o} has extent {extent}, expected {known}.");
            }
        }

        return extents;
    }

    // How far an operand moves with each letter; a letter that it has twice moves along its diagonal.
    private static int[] Strides(Shape shape, string letters, string all)
    {
        int[] strides = new int[all.Length];
        for (int d = 0; d < letters.Length; d++)
        {
            strides[all.IndexOf(letters[d], StringComparison.Ordinal)] += shape[d] == 1 ? 0 : shape.Product(d + 1, shape.Rank);
        }

        return strides;
    }
}
