using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EasyQuant.Tensors;

/// <summary>A dense array with a type and a shape, row-major, last dimension fastest.</summary>
/// <remarks>
/// Tensors are values: what has been handed on is not written to again. Operators fill a tensor that they have just
/// created through <see cref="AsMutableSpan{T}"/>; everybody else reads. Where a model calculates with lists, a value is a
/// sequence: a one-dimensional array of tensors, which has <see cref="Elements"/> and no element type.
/// </remarks>
public sealed class Tensor
{
    /// <summary>Alignment in bytes of the buffers that <see cref="Allocate"/> makes: one cache line, one 512-bit vector.</summary>
    public const int Alignment = 64;

    private readonly Memory<byte> _bytes;
    private readonly string[]? _strings;

    private Tensor(DataType type, Shape shape, Memory<byte> bytes, string[]? strings, IReadOnlyList<Tensor>? elements = null)
    {
        Type = type;
        Shape = shape;
        _bytes = bytes;
        _strings = strings;
        Elements = elements;
        Count = checked((int)shape.ElementCount);
    }

    /// <summary>What an optional without a value holds.</summary>
    public static Tensor Absent { get; } = new(DataType.Undefined, [0], Memory<byte>.Empty, null);

    /// <summary>The element type; undefined for a sequence.</summary>
    public DataType Type { get; }

    /// <summary>The tensors of a sequence; nothing where this is none.</summary>
    public IReadOnlyList<Tensor>? Elements { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>The size of the buffer in bytes; 0 for text.</summary>
    public int ByteLength => _bytes.Length;

    /// <summary>The buffer, little-endian, packed for types narrower than a byte.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The elements of a text tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds numbers.</exception>
    public IReadOnlyList<string> Strings =>
        _strings ?? throw new InvalidOperationException($"A tensor of {Type.ShortName()} has no text.");

    /// <summary>A tensor with an aligned buffer of unspecified contents.</summary>
    /// <exception cref="OverflowException">The buffer would exceed 2 GiB.</exception>
    public static Tensor Allocate(DataType type, Shape shape)
    {
        if (type == DataType.String)
        {
            return FromStrings(new string[checked((int)shape.ElementCount)], shape);
        }

        int length = checked((int)type.ByteLength(shape.ElementCount));
        return new Tensor(type, shape, AllocateAligned(length), null);
    }

    /// <summary>A tensor over a buffer that the caller already owns and will not change.</summary>
    /// <exception cref="ArgumentException">The buffer's length is not what type and shape ask for.</exception>
    public static Tensor FromBytes(DataType type, Shape shape, Memory<byte> bytes)
    {
        long expected = type.ByteLength(shape.ElementCount);
        if (bytes.Length != expected)
        {
            throw new ArgumentException($"A tensor {type.ShortName()}[{shape}] takes {expected} bytes; the buffer has {bytes.Length}.", nameof(bytes));
        }

        return new Tensor(type, shape, bytes, null);
    }

    /// <summary>A tensor with a copy of these elements.</summary>
    /// <exception cref="ArgumentException">The number of elements is not the shape's.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, Shape shape) where T : unmanaged
    {
        if (elements.Length != shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {shape} has {shape.ElementCount} elements; {elements.Length} were given.", nameof(elements));
        }

        Tensor tensor = Allocate(DataTypes.Of<T>(), shape);
        elements.CopyTo(tensor.AsMutableSpan<T>());
        return tensor;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public static Tensor From<T>(T[] elements, Shape shape) where T : unmanaged => From((ReadOnlySpan<T>)elements, shape);

    /// <summary>A rank-0 tensor.</summary>
    public static Tensor FromScalar<T>(T value) where T : unmanaged => From<T>([value], Shape.Scalar);

    /// <summary>A text tensor over these elements.</summary>
    public static Tensor FromStrings(string[] elements, Shape shape)
    {
        if (elements.Length != shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {shape} has {shape.ElementCount} elements; {elements.Length} were given.", nameof(elements));
        }

        return new Tensor(DataType.String, shape, Memory<byte>.Empty, elements);
    }

    /// <summary>A sequence of these tensors.</summary>
    public static Tensor FromElements(IReadOnlyList<Tensor> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new Tensor(DataType.Undefined, [elements.Count], Memory<byte>.Empty, null, elements);
    }

    /// <summary>The elements, for reading.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another element type.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged => AsMutableSpan<T>();

    /// <summary>The elements, for the one who has just created the tensor and is still filling it.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another element type.</exception>
    public Span<T> AsMutableSpan<T>() where T : unmanaged
    {
        if (_strings is not null || !Type.CanViewAs<T>())
        {
            throw new InvalidOperationException($"A tensor of {Type.ShortName()} cannot be read as {typeof(T).Name}.");
        }

        return MemoryMarshal.Cast<byte, T>(_bytes.Span);
    }

    /// <summary>The same elements under another shape, without copying.</summary>
    /// <exception cref="ArgumentException">The new shape has another number of elements.</exception>
    public Tensor Reshape(Shape shape)
    {
        if (shape.ElementCount != Count)
        {
            throw new ArgumentException($"Cannot reshape {Shape} ({Count} elements) to {shape} ({shape.ElementCount} elements).", nameof(shape));
        }

        return new Tensor(Type, shape, _bytes, _strings, Elements);
    }

    /// <summary>The same elements in a buffer of their own.</summary>
    public Tensor Copy()
    {
        if (_strings is not null)
        {
            return FromStrings([.. _strings], Shape);
        }

        if (Type == DataType.Undefined)
        {
            return Elements is null ? this : FromElements([.. Elements.Select(e => e.Copy())]);
        }

        Tensor copy = Allocate(Type, Shape);
        _bytes.Span.CopyTo(copy._bytes.Span);
        return copy;
    }

    /// <summary>Type and shape, as in <c>f32[1x3x224x224]</c>; for a sequence, of each element.</summary>
    public override string ToString() => Elements is not null ? $"sequence({string.Join(", ", Elements.Take(3))}{(Count > 3 ? $", … {Count} in all" : "")})"
        : ReferenceEquals(this, Absent) ? "nothing"
        : $"{Type.ShortName()}[{Shape}]";

    private static Memory<byte> AllocateAligned(int length)
    {
        if (length == 0)
        {
            return Memory<byte>.Empty;
        }

        byte[] buffer = GC.AllocateUninitializedArray<byte>(checked(length + Alignment - 1), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
        int offset = (int)(-address & (Alignment - 1));
        return buffer.AsMemory(offset, length);
    }
}
