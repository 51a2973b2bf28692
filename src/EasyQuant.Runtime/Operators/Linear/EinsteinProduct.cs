using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>An Einsum of two operands as a product of matrices: letters of both and the result are the batch, letters of both alone are summed.</summary>
internal static class EinsteinProduct
{
    private static readonly IOperator s_multiply = new MatrixProduct();

    /// <summary>The sum, or nothing where the equation is no product: letters twice in an operand, summed in one alone, or repeated.</summary>
    /// <param name="left">The first operand.</param>
    /// <param name="leftLetters">The letters of its dimensions.</param>
    /// <param name="right">The second operand.</param>
    /// <param name="rightLetters">The letters of its dimensions.</param>
    /// <param name="result">The letters of the result's dimensions.</param>
    /// <param name="extents">The extent of each letter.</param>
    /// <param name="context">Threads and buffers to use.</param>
    public static Tensor? Run(
        Tensor left, string leftLetters, Tensor right, string rightLetters, string result, Dictionary<char, int> extents, OperatorContext context)
    {
        bool isProduct = IsPlain(left, leftLetters, extents) && IsPlain(right, rightLetters, extents)
            && leftLetters.All(c => rightLetters.Contains(c, StringComparison.Ordinal) || result.Contains(c, StringComparison.Ordinal))
            && rightLetters.All(c => leftLetters.Contains(c, StringComparison.Ordinal) || result.Contains(c, StringComparison.Ordinal));
        if (!isProduct)
        {
            return null;
        }

        string both = string.Concat(leftLetters.Where(c => rightLetters.Contains(c, StringComparison.Ordinal)));
        string batch = string.Concat(both.Where(c => result.Contains(c, StringComparison.Ordinal)));
        string summed = string.Concat(both.Except(batch));
        string rows = string.Concat(leftLetters.Except(both));
        string columns = string.Concat(rightLetters.Except(both));
        (int b, int m, int k, int n) = (Extent(batch), Extent(rows), Extent(summed), Extent(columns));
        Tensor first = Reorder(left, leftLetters, batch + rows + summed, context).Reshape([b, m, k]);
        Tensor second = Reorder(right, rightLetters, batch + summed + columns, context).Reshape([b, k, n]);
        string order = batch + rows + columns;
        Tensor product = s_multiply.Run([first, second], context)[0]!.Reshape(new Shape([.. order.Select(l => extents[l])]));
        return Reorder(product, order, result, context);

        int Extent(string letters) => letters.Aggregate(1, (e, l) => checked(e * extents[l]));
    }

    private static bool IsPlain(Tensor operand, string letters, Dictionary<char, int> extents) =>
        letters.Distinct().Count() == letters.Length && !letters.Where((c, d) => operand.Shape[d] != extents[c]).Any();

    private static Tensor Reorder(Tensor x, string from, string to, OperatorContext context)
    {
        if (from == to)
        {
            return x;
        }

        Transpose transpose = new([.. to.Select(c => (long)from.IndexOf(c, StringComparison.Ordinal))]);
        return transpose.Run([x], context)[0]!;
    }
}
