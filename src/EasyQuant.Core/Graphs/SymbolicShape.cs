using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>One extent of a declared shape: a number, a name that stands for a number, or unknown.</summary>
/// <param name="Value">The number, where it is known.</param>
/// <param name="Symbol">The name, where the number is not known and the model gives it one (<c>batch</c>).</param>
public readonly record struct Dimension(int? Value, string? Symbol = null)
{
    /// <summary>An extent of which nothing is known.</summary>
    public static Dimension Unknown => default;

    /// <summary>A known extent.</summary>
    public static implicit operator Dimension(int value) => new(value);

    /// <summary>The number, the name, or <c>?</c>.</summary>
    public override string ToString() => Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}

/// <summary>The declared or inferred shape of a value: a known rank whose extents may be symbolic.</summary>
/// <param name="Dimensions">The extents, outermost first.</param>
public sealed record SymbolicShape(IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>The shape of which every extent is known.</summary>
    public static SymbolicShape Of(Shape shape) => new([.. shape.Select(d => new Dimension(d))]);

    /// <summary>The number of dimensions.</summary>
    public int Rank => Dimensions.Count;

    /// <summary>Whether every extent is a number.</summary>
    public bool IsStatic => Dimensions.All(d => d.Value is not null);

    /// <summary>The shape in numbers, or nothing where an extent is symbolic.</summary>
    public Shape? ToStatic() => IsStatic ? new Shape([.. Dimensions.Select(d => d.Value!.Value)]) : null;

    /// <summary>What the named extents are in a shape of the same rank; a name may occur more than once.</summary>
    internal IEnumerable<(string Symbol, int Extent)> NamedExtents(Shape shape) =>
        Dimensions.Zip(shape).Where(d => d.First.Symbol is { Length: > 0 }).Select(d => (d.First.Symbol!, d.Second));

    /// <summary>Whether the extents are the same, symbols compared by name.</summary>
    public bool Equals(SymbolicShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override int GetHashCode() => Dimensions.Aggregate(Rank, HashCode.Combine);

    /// <summary>The extents joined by <c>x</c>, or <c>scalar</c>.</summary>
    public override string ToString() => Rank == 0 ? "scalar" : string.Join('x', Dimensions);
}
