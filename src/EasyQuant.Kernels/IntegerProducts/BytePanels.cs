using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// The layout of a matrix A[p, k] of bytes for the product kernels: panels of sixteen positions, in a panel groups of four
/// k, in a group sixteen positions with four bytes each. What lies beyond the last position or the last k is padding.
/// </summary>
public static class BytePanels
{
    /// <summary>Groups of four that <paramref name="rowLength"/> bytes make.</summary>
    public static int Groups(int rowLength) => (rowLength + 3) / 4;

    /// <summary>Panels that <paramref name="positions"/> make.</summary>
    public static int Panels(int positions) => (positions + IntegerProductKernel.TilePositions - 1) / IntegerProductKernel.TilePositions;

    /// <summary>Bytes of a matrix.</summary>
    public static int ByteLength(int positions, int rowLength) => checked(Panels(positions) * PanelLength(rowLength));

    /// <summary>Bytes of a panel.</summary>
    public static int PanelLength(int rowLength) => Groups(rowLength) * 4 * IntegerProductKernel.TilePositions;

    /// <summary>Positions that a plane holds, padding included.</summary>
    public static int PlaneLength(int positions) => Panels(positions) * IntegerProductKernel.TilePositions;

    /// <summary>Writes group <paramref name="group"/> of every panel from four planes, each <see cref="PlaneLength"/> bytes: one k over all positions.</summary>
    public static unsafe void WriteGroup(ReadOnlySpan<byte> planes, int positions, int rowLength, int group, Span<byte> panels)
    {
        int plane = PlaneLength(positions);
        int panelLength = PanelLength(rowLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(planes.Length, 4 * plane);
        ArgumentOutOfRangeException.ThrowIfLessThan(panels.Length, ByteLength(positions, rowLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)group, (uint)Groups(rowLength));
        fixed (byte* source = planes, target = panels)
        {
            byte* destination = target + group * 64;
            for (int p = 0; p < plane; p += 16, destination += panelLength)
            {
                Interleave(source + p, source + plane + p, source + 2 * plane + p, source + 3 * plane + p, destination);
            }
        }
    }

    private static unsafe void Interleave(byte* a, byte* b, byte* c, byte* d, byte* destination)
    {
        if (!Sse2.IsSupported)
        {
            for (int p = 0; p < 16; p++)
            {
                (destination[4 * p], destination[4 * p + 1], destination[4 * p + 2], destination[4 * p + 3]) = (a[p], b[p], c[p], d[p]);
            }

            return;
        }

        Vector128<byte> va = Vector128.Load(a), vb = Vector128.Load(b), vc = Vector128.Load(c), vd = Vector128.Load(d);
        Vector128<short> lowAB = Sse2.UnpackLow(va, vb).AsInt16(), highAB = Sse2.UnpackHigh(va, vb).AsInt16();
        Vector128<short> lowCD = Sse2.UnpackLow(vc, vd).AsInt16(), highCD = Sse2.UnpackHigh(vc, vd).AsInt16();
        Sse2.UnpackLow(lowAB, lowCD).AsByte().Store(destination);
        Sse2.UnpackHigh(lowAB, lowCD).AsByte().Store(destination + 16);
        Sse2.UnpackLow(highAB, highCD).AsByte().Store(destination + 32);
        Sse2.UnpackHigh(highAB, highCD).AsByte().Store(destination + 48);
    }
}
