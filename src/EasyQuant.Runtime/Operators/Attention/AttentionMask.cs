using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>
/// What is added to the scores: a given mask (false is minus infinity; keys beyond its end are masked), for causal attention minus infinity at
/// keys behind the query's own place, and at keys behind the end of each batch entry.
/// </summary>
internal sealed class AttentionMask
{
    private readonly double[]? _given;
    private readonly int[] _strides = [];
    private readonly int _givenKeys;
    private readonly bool _isCausal;
    private readonly int _past;
    private readonly long[]? _lengths;
    private readonly int _queries;

    /// <param name="mask">The mask of the node, broadcast to <paramref name="scores"/> except for its last dimension.</param>
    /// <param name="scores">Batch, heads, query length, key length.</param>
    /// <param name="isCausal">Whether a query sees no key behind it.</param>
    /// <param name="past">How many keys come before the first query's own.</param>
    /// <param name="lengths">The number of keys of each batch entry, where they differ; the last query's own key is then the last one.</param>
    public AttentionMask(Tensor? mask, Shape scores, bool isCausal, int past, long[]? lengths)
    {
        (_isCausal, _past, _lengths, _queries) = (isCausal, past, lengths, scores[2]);
        if (lengths is not null && (lengths.Length != scores[0] || lengths.Any(l => l < 0 || l > scores[3])))
        {
            throw new InvalidOperatorInputException($"Key lengths {string.Join(", ", lengths)} do not fit scores of shape {scores}.");
        }

        if (mask is null)
        {
            return;
        }

        bool fits = mask.Shape.Rank is >= 2 and <= 4 && mask.Shape[^1] <= scores[3];
        for (int d = 2; fits && d <= mask.Shape.Rank; d++)
        {
            fits = mask.Shape[^d] == 1 || mask.Shape[^d] == scores[^d];
        }

        if (!fits)
        {
            throw new InvalidOperatorInputException($"A mask of shape {mask.Shape} does not fit scores of shape {scores}.");
        }

        _given = mask.Type == DataType.Bool ? Array.ConvertAll(mask.AsSpan<bool>().ToArray(), b => b ? 0 : double.NegativeInfinity) : Reals.Of(mask);
        _givenKeys = mask.Shape[^1];
        _strides = new int[3];
        for (int d = 2; d <= mask.Shape.Rank; d++)
        {
            _strides[^(d - 1)] = mask.Shape[^d] == 1 ? 0 : mask.Shape.Product(mask.Shape.Rank - d + 1, mask.Shape.Rank);
        }
    }

    /// <summary>What is added for a query of a head, one number a key.</summary>
    public void Fill<T>(int batch, int head, int query, Span<T> bias)
        where T : IFloatingPointIeee754<T>
    {
        long end = _lengths?[batch] ?? bias.Length;
        long own = query + (_lengths is null ? _past : end - _queries);
        int row = _given is null ? 0 : batch * _strides[0] + head * _strides[1] + query * _strides[2];
        for (int key = 0; key < bias.Length; key++)
        {
            bool isMasked = key >= end || (_isCausal && key > own) || (_given is not null && key >= _givenKeys);
            bias[key] = isMasked ? T.NegativeInfinity : _given is null ? T.Zero : T.CreateTruncating(_given[row + key]);
        }
    }
}
