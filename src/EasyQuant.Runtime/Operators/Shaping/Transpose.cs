using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>Transpose: dimension <c>d</c> of the result is dimension <c>perm[d]</c> of the input; reversed by default.</summary>
internal sealed class Transpose(long[]? permutation) : WordOperator
{
    public Transpose(OperatorSite site)
        : this(site.Node.GetInts("perm")?.ToArray())
    {
    }

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int rank = x.Shape.Rank;
        int[] sources = permutation is null ? [.. Enumerable.Range(0, rank).Reverse()] : Array.ConvertAll(permutation, p => OperatorInputs.Axis(p, rank));
        if (sources.Length != rank || sources.Distinct().Count() != rank)
        {
            throw new InvalidOperatorInputException($"The permutation [{string.Join(", ", sources)}] does not name each of {rank} dimensions once.");
        }

        int[] dense = StridedCopy.DenseStrides(x.Shape);
        Shape shape = new(Array.ConvertAll(sources, p => x.Shape[p]));
        return [StridedCopy.Run<TWord>(x, 0, shape, Array.ConvertAll(sources, p => dense[p]), context)];
    }
}
