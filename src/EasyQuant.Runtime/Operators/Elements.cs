using System.Runtime.InteropServices;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Elements that are only moved: seen as bytes, or as words of their width.</summary>
internal static class Elements
{
    /// <summary>The buffer; for writing only by the one who has just allocated it.</summary>
    public static Span<byte> Bytes(Tensor tensor) => MemoryMarshal.AsMemory(tensor.Bytes).Span;

    /// <summary>The buffer as words of the element's width; for writing only by the one who has just allocated it.</summary>
    public static Span<TWord> Of<TWord>(Tensor tensor)
        where TWord : unmanaged => MemoryMarshal.Cast<byte, TWord>(Bytes(tensor));

    /// <summary>The exception for types that have no whole number of bytes.</summary>
    public static UnsupportedOperatorInputException CannotMove(Tensor tensor) =>
        new($"Moving elements of {tensor} is not supported: text and types narrower than a byte can only be passed on.");
}
