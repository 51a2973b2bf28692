using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>Conversions that arrays commonly need because NumPy's default types are wider than a model's: between floating-point types, and from int32 to int64.</summary>
internal static class ElementConversion
{
    /// <summary>Whether the conversion keeps the meaning of the elements.</summary>
    public static bool IsPossible(DataType from, DataType to) => from == to || IsReal(from) && IsReal(to) || (from, to) == (DataType.Int32, DataType.Int64);

    /// <summary>The elements in the type asked for.</summary>
    /// <exception cref="NotSupportedException">The conversion is not possible.</exception>
    public static Tensor Convert(Tensor tensor, DataType type) => (tensor.Type, type) switch
    {
        (var from, _) when from == type => tensor,
        (DataType.Float64, DataType.Float32) => Map<double, float>(tensor, x => (float)x),
        (DataType.Float16, DataType.Float32) => Map<Half, float>(tensor, x => (float)x),
        (DataType.Float32, DataType.Float64) => Map<float, double>(tensor, x => x),
        (DataType.Float16, DataType.Float64) => Map<Half, double>(tensor, x => (double)x),
        (DataType.Float32, DataType.Float16) => Map<float, Half>(tensor, x => (Half)x),
        (DataType.Float64, DataType.Float16) => Map<double, Half>(tensor, x => (Half)x),
        (DataType.Int32, DataType.Int64) => Map<int, long>(tensor, x => x),
        _ => throw new NotSupportedException($"Elements of type {tensor.Type.ShortName()} are not converted to {type.ShortName()}."),
    };

    private static bool IsReal(DataType type) => type is DataType.Float16 or DataType.Float32 or DataType.Float64;

    private static Tensor Map<TFrom, TTo>(Tensor tensor, Func<TFrom, TTo> map)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        Tensor result = Tensor.Allocate(DataTypes.Of<TTo>(), tensor.Shape);
        ReadOnlySpan<TFrom> from = tensor.AsSpan<TFrom>();
        Span<TTo> to = result.AsMutableSpan<TTo>();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = map(from[i]);
        }

        return result;
    }
}
