using System.Collections;
using System.Runtime.CompilerServices;

namespace EasyQuant.Tensors;

/// <summary>The extents of a tensor, outermost first. A scalar has rank 0 and one element.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[]? _dimensions;

    /// <summary>A shape with these extents.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension);
        }

        _dimensions = dimensions.ToArray();
    }

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar => default;

    /// <summary>A shape with these extents; what <c>[n, c, h, w]</c> calls.</summary>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new(dimensions);

    /// <summary>A shape from 64-bit extents, as ONNX stores them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative or does not fit 32 bits.</exception>
    public static Shape FromInt64(ReadOnlySpan<long> dimensions)
    {
        int[] result = new int[dimensions.Length];
        for (int i = 0; i < result.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimensions[i]);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions[i], int.MaxValue);
            result[i] = (int)dimensions[i];
        }

        return new Shape(result);
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dimensions?.Length ?? 0;

    /// <summary>The extents as a span.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>The extent of one dimension.</summary>
    public int this[int index] => Dimensions[index];

    /// <summary>The extent of one dimension, counted from the end too.</summary>
    public int this[Index index] => Dimensions[index];

    /// <summary>The product of the extents; 1 for a scalar.</summary>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (int dimension in Dimensions)
            {
                count = checked(count * dimension);
            }

            return count;
        }
    }

    /// <summary>The product of the extents from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public int Product(int start, int end)
    {
        int product = 1;
        for (int i = start; i < end; i++)
        {
            product = checked(product * Dimensions[i]);
        }

        return product;
    }

    /// <summary>The extents as 64-bit integers.</summary>
    public long[] ToInt64Array() => Array.ConvertAll(_dimensions ?? [], d => (long)d);

    /// <summary>A copy of the extents.</summary>
    public int[] ToArray() => Dimensions.ToArray();

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int dimension in Dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same extents.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether an extent or the rank differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_dimensions ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The extents joined by <c>x</c>, or <c>scalar</c>.</summary>
    public override string ToString() => Rank == 0 ? "scalar" : string.Join('x', _dimensions!);
}
