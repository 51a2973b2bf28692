namespace EasyQuant.Runtime.Prepared;

/// <summary>The constants of a prepared model where they lie.</summary>
/// <param name="length">Bytes in all.</param>
/// <param name="slice">A part of them.</param>
internal sealed class ConstantData(long length, Func<long, int, Memory<byte>> slice)
{
    /// <summary>The bytes of a constant; false where it does not lie within.</summary>
    /// <param name="place">Where it begins, in units of 64 bytes.</param>
    /// <param name="byteLength">How long it is.</param>
    /// <param name="bytes">The bytes.</param>
    public bool TryRead(ulong place, int byteLength, out Memory<byte> bytes)
    {
        bool isWithin = byteLength <= length && place <= (ulong)(length - byteLength) / PreparedHeader.Length;
        bytes = isWithin ? slice((long)place * PreparedHeader.Length, byteLength) : default;
        return isWithin;
    }
}
