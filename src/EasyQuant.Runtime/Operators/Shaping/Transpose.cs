using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Transpose: dimension <c>d</c> of the result is dimension <c>perm[d]</c> of the input; reversed by default.</summary>
internal sealed class Transpose(OperatorSite site) : WordOperator
{
    private readonly long[]? _permutation = site.Node.GetInts("perm")?.ToArray();

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int rank = x.Shape.Rank;
        int[] permutation = _permutation is null ? [.. Enumerable.Range(0, rank).Reverse()] : Array.ConvertAll(_permutation, p => OperatorInputs.Axis(p, rank));
        if (permutation.Length != rank || permutation.Distinct().Count() != rank)
        {
            throw new InvalidOperatorInputException($"The permutation [{string.Join(", ", permutation)}] does not name each of {rank} dimensions once.");
        }

        int[] dense = StridedCopy.DenseStrides(x.Shape);
        Shape shape = new(Array.ConvertAll(permutation, p => x.Shape[p]));
        return [StridedCopy.Run<TWord>(x, 0, shape, Array.ConvertAll(permutation, p => dense[p]), context)];
    }
}
