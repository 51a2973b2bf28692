using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
        int[] offsets = [.. Enumerable.Range(0, (positions + 3) / 4).Select(group => 4 * group * rowLength)];
        QuadMatrix quads = new(QuadsOf(planes, rowLength, positions), offsets, PositionRuns.Contiguous(rowLength));
        IntegerProduct.Multiply(kernel, quads, 0, new SignedRows(signed, positions), exact);
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
    /// <exception cref="ArgumentException">A span is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Project(ReadOnlySpan<byte> planes, int rowLength, int positions, int zeroPoint, ReadOnlySpan<float> target, Span<double> result)
    {
        if (planes.Length < (long)rowLength * positions || target.Length < positions || result.Length < rowLength)
        {
            throw new ArgumentException($"{rowLength} planes of {positions} positions do not fit {planes.Length} bytes, {target.Length} targets and {result.Length} results.");
        }

        double offset = zeroPoint == 0 ? 0 : zeroPoint * SumOf(target[..positions]);
        fixed (byte* bytes = planes)
        fixed (float* o = target)
        {
            for (int k = 0; k < rowLength; k += 4)
            {
                // Planes behind the last are the last once more.
                byte* x0 = bytes + (nint)k * positions;
                byte* x1 = bytes + (nint)Math.Min(k + 1, rowLength - 1) * positions;
                byte* x2 = bytes + (nint)Math.Min(k + 2, rowLength - 1) * positions;
                byte* x3 = bytes + (nint)Math.Min(k + 3, rowLength - 1) * positions;
                Vector512<double> t0 = Vector512<double>.Zero, t1 = t0, t2 = t0, t3 = t0;
                int p = 0;
                for (; p + Lanes <= positions; p += Lanes)
                {
                    Vector256<float> floats = Vector256.Load(o + p);
                    Vector512<double> weights = Vector512.Create(Vector256.WidenLower(floats), Vector256.WidenUpper(floats));
                    t0 = Vector512.FusedMultiplyAdd(ToDouble(x0 + p), weights, t0);
                    t1 = Vector512.FusedMultiplyAdd(ToDouble(x1 + p), weights, t1);
                    t2 = Vector512.FusedMultiplyAdd(ToDouble(x2 + p), weights, t2);
                    t3 = Vector512.FusedMultiplyAdd(ToDouble(x3 + p), weights, t3);
                }

                (double s0, double s1, double s2, double s3) = (Vector512.Sum(t0), Vector512.Sum(t1), Vector512.Sum(t2), Vector512.Sum(t3));
                for (; p < positions; p++)
                {
                    s0 += (double)x0[p] * o[p];
                    s1 += (double)x1[p] * o[p];
                    s2 += (double)x2[p] * o[p];
                    s3 += (double)x3[p] * o[p];
                }

                result[k] = s0 - offset;
                result[Math.Min(k + 1, rowLength - 1)] = s1 - offset;
                result[Math.Min(k + 2, rowLength - 1)] = s2 - offset;
                result[Math.Min(k + 3, rowLength - 1)] = s3 - offset;
            }
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

    private static double SumOf(ReadOnlySpan<float> elements)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        int p = 0;
        for (; p + Lanes <= elements.Length; p += Lanes)
        {
            Vector256<float> floats = Vector256.Create(elements[p..]);
            sum += Vector512.Create(Vector256.WidenLower(floats), Vector256.WidenUpper(floats));
        }

        double total = Vector512.Sum(sum);
        for (; p < elements.Length; p++)
        {
            total += elements[p];
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(byte* bytes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Double(Avx2.ConvertToVector256Int32(bytes));
        }

        Vector128<ushort> halves = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)bytes).AsByte());
        Vector256<long> low = Vector256.Create(Vector128.WidenLower(Vector128.WidenLower(halves)), Vector128.WidenUpper(Vector128.WidenLower(halves))).AsInt64();
        Vector256<long> high = Vector256.Create(Vector128.WidenLower(Vector128.WidenUpper(halves)), Vector128.WidenUpper(Vector128.WidenUpper(halves))).AsInt64();
        return Vector512.ConvertToDouble(Vector512.Create(low, high));
    }

    // Here the planes are the positions of a product, and positions are its inner dimension.
    private static byte[] QuadsOf(ReadOnlySpan<byte> planes, int rowLength, int positions)
    {
        int groups = (positions + 3) / 4;
        byte[] quads = new byte[4 * groups * rowLength + QuadMatrix.Slack];
        for (int k = 0; k < rowLength; k++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(k * positions, positions);
            for (int group = 0; group < groups; group++)
            {
                plane.Slice(4 * group, Math.Min(4, positions - 4 * group)).CopyTo(quads.AsSpan(4 * (group * rowLength + k)));
            }
        }

        return quads;
    }
}
