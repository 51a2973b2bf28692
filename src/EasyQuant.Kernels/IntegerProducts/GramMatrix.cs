using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// Of planes of bytes x[k, p] (one k over all positions): the Gram matrix <c>G[k, l] = Σ_p (x[k, p] − z)(x[l, p] − z)</c>,
/// inner products with a target, and the quadratic form <c>wᵀ G w = Σ_p (Σ_k w[k] (x[k, p] − z))²</c> that replaces a convolution.
/// </summary>
/// <remarks>Entries are integers, exact in double precision up to 2^53.</remarks>
public sealed unsafe class GramMatrix
{
    private const int Lanes = 8;

    private readonly double[] _entries;
    private readonly int _stride;

    private GramMatrix(int rowLength)
    {
        RowLength = rowLength;
        _stride = (rowLength + Lanes - 1) / Lanes * Lanes;
        _entries = new double[rowLength * _stride];
    }

    /// <summary>The most positions for which the 32-bit sums of products behind the entries cannot overflow.</summary>
    public const int MostPositions = IntegerProduct.LongestRow;

    /// <summary>K: rows and columns.</summary>
    public int RowLength { get; }

    /// <summary>An entry.</summary>
    public double this[int k, int l] => _entries[k * _stride + l];

    /// <summary>The Gram matrix of planes of <paramref name="positions"/> bytes each.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostPositions"/> positions, or the planes are too short.</exception>
    public static GramMatrix Of(IntegerProductKernel kernel, ReadOnlySpan<byte> planes, int rowLength, int positions, int zeroPoint)
    {
        if (positions > MostPositions || planes.Length < (long)rowLength * positions)
        {
            throw new ArgumentException($"{rowLength} planes of {positions} positions do not fit: at most {MostPositions} positions, and {planes.Length} bytes are given.", nameof(planes));
        }

        // With s = x − 128, which fits a signed byte: Σ x_k x_l = Σ x_k s_l + 128 Σ x_k.
        sbyte[][] signed = new sbyte[rowLength][];
        long[] sums = new long[rowLength];
        for (int k = 0; k < rowLength; k++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(k * positions, positions);
            signed[k] = new sbyte[positions];
            for (int p = 0; p < positions; p++)
            {
                signed[k][p] = (sbyte)(plane[p] - 128);
                sums[k] += plane[p];
            }
        }

        GramMatrix gram = new(rowLength);
        int[] exact = new int[rowLength * rowLength];
        IntegerProduct.Multiply(kernel, PanelsOf(planes, rowLength, positions), rowLength, 0, new SignedRows(signed, positions), exact);
        for (int l = 0; l < rowLength; l++)
        {
            for (int k = 0; k < rowLength; k++)
            {
                long product = exact[l * rowLength + k] + 128 * sums[k];
                gram._entries[k * gram._stride + l] = product - (long)zeroPoint * (sums[k] + sums[l]) + (long)positions * zeroPoint * zeroPoint;
            }
        }

        return gram;
    }

    /// <summary><c>b[k] = Σ_p (x[k, p] − z) · target[p]</c> in double precision, positions in a fixed order.</summary>
    public static void Project(ReadOnlySpan<byte> planes, int rowLength, int positions, int zeroPoint, ReadOnlySpan<float> target, Span<double> result)
    {
        double targetSum = 0;
        foreach (float element in target[..positions])
        {
            targetSum += element;
        }

        for (int k = 0; k < rowLength; k++)
        {
            result[k] = Dot(planes.Slice(k * positions, positions), target) - zeroPoint * targetSum;
        }
    }

    /// <summary><c>wᵀ G w</c> for each of several rows w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void QuadraticForms(ReadOnlySpan<double> rows, Span<double> results)
    {
        int count = results.Length;
        fixed (double* g = _entries, w = rows, q = results)
        {
            int r = 0;
            for (; r + 4 <= count; r += 4)
            {
                double* w0 = w + (nint)r * RowLength;
                double* w1 = w0 + RowLength;
                double* w2 = w1 + RowLength;
                double* w3 = w2 + RowLength;
                (double s0, double s1, double s2, double s3) = (0, 0, 0, 0);
                for (int l = 0; l < RowLength; l += Lanes)
                {
                    Vector512<double> t0 = Vector512<double>.Zero, t1 = t0, t2 = t0, t3 = t0;
                    double* column = g + l;
                    for (int k = 0; k < RowLength; k++, column += _stride)
                    {
                        Vector512<double> entries = Vector512.Load(column);
                        t0 = Vector512.FusedMultiplyAdd(Vector512.Create(w0[k]), entries, t0);
                        t1 = Vector512.FusedMultiplyAdd(Vector512.Create(w1[k]), entries, t1);
                        t2 = Vector512.FusedMultiplyAdd(Vector512.Create(w2[k]), entries, t2);
                        t3 = Vector512.FusedMultiplyAdd(Vector512.Create(w3[k]), entries, t3);
                    }

                    int lanes = Math.Min(Lanes, RowLength - l);
                    for (int i = 0; i < lanes; i++)
                    {
                        s0 += w0[l + i] * t0[i];
                        s1 += w1[l + i] * t1[i];
                        s2 += w2[l + i] * t2[i];
                        s3 += w3[l + i] * t3[i];
                    }
                }

                (q[r], q[r + 1], q[r + 2], q[r + 3]) = (s0, s1, s2, s3);
            }

            for (; r < count; r++)
            {
                q[r] = QuadraticForm(g, w + (nint)r * RowLength);
            }
        }
    }

    private double QuadraticForm(double* g, double* w)
    {
        double sum = 0;
        for (int l = 0; l < RowLength; l++)
        {
            double column = 0;
            for (int k = 0; k < RowLength; k++)
            {
                column = Math.FusedMultiplyAdd(w[k], g[k * _stride + l], column);
            }

            sum += w[l] * column;
        }

        return sum;
    }

    private static double Dot(ReadOnlySpan<byte> plane, ReadOnlySpan<float> target)
    {
        Vector512<double> low = Vector512<double>.Zero, high = low;
        ref byte x = ref MemoryMarshal.GetReference(plane);
        ref float o = ref MemoryMarshal.GetReference(target);
        int p = 0;
        for (; p + 16 <= plane.Length; p += 16)
        {
            Vector256<ushort> halves = Vector256.WidenLower(Vector128.LoadUnsafe(ref x, (nuint)p).ToVector256());
            Vector512<float> floats = Vector512.ConvertToSingle(Vector512.WidenLower(halves.ToVector512()).AsInt32());
            (Vector512<double> xLow, Vector512<double> xHigh) = Vector512.Widen(floats);
            (Vector512<double> oLow, Vector512<double> oHigh) = Vector512.Widen(Vector512.LoadUnsafe(ref o, (nuint)p));
            low = Vector512.FusedMultiplyAdd(xLow, oLow, low);
            high = Vector512.FusedMultiplyAdd(xHigh, oHigh, high);
        }

        double sum = Vector512.Sum(low + high);
        for (; p < plane.Length; p++)
        {
            sum += (double)plane[p] * target[p];
        }

        return sum;
    }

    // Here the planes are the positions of a product, and positions are its inner dimension.
    private static byte[] PanelsOf(ReadOnlySpan<byte> planes, int rowLength, int positions)
    {
        byte[] panels = new byte[BytePanels.ByteLength(rowLength, positions)];
        int panelLength = BytePanels.PanelLength(positions);
        for (int k = 0; k < rowLength; k++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(k * positions, positions);
            Span<byte> panel = panels.AsSpan(k / IntegerProductKernel.TilePositions * panelLength, panelLength)[(4 * (k % IntegerProductKernel.TilePositions))..];
            for (int p = 0; p < positions; p += 4)
            {
                plane.Slice(p, Math.Min(4, positions - p)).CopyTo(panel[(p * IntegerProductKernel.TilePositions)..]);
            }
        }

        return panels;
    }
}
