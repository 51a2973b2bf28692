using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>Quantizes four planes of reals, as <see cref="ByteQuantizer"/> does each, and puts their bytes together: <c>quads[p] = q_0[p] | q_1[p] « 8 | q_2[p] « 16 | q_3[p] « 24</c>.</summary>
public static unsafe class QuadQuantizer
{
    private const int Lanes = 16;

    /// <summary>Quantizes planes of equal length.</summary>
    /// <param name="planes">The first plane.</param>
    /// <param name="planeStride">Elements from plane to plane.</param>
    /// <param name="planeCount">How many planes there are, 1 to 4; the others count as z.</param>
    /// <param name="length">Elements of a plane.</param>
    /// <param name="scale">s.</param>
    /// <param name="zeroPoint">z.</param>
    /// <param name="minimum">qmin.</param>
    /// <param name="maximum">qmax.</param>
    /// <param name="quads">Where the bytes go. What lies up to a vector behind them is overwritten, as far as the span reaches.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(
        ReadOnlySpan<float> planes, int planeStride, int planeCount, int length, float scale, int zeroPoint, int minimum, int maximum, Span<uint> quads)
    {
        if (planeCount is < 1 or > 4 || quads.Length < length || planes.Length < (planeCount - 1L) * planeStride + length)
        {
            throw new ArgumentException($"{planeCount} planes of {length}, {planeStride} apart, do not fit {planes.Length} reals and {quads.Length} quads.");
        }

        Grid grid = new()
        {
            Scale = Vector512.Create(scale),
            Lower = Vector512.Create((float)(minimum - zeroPoint)),
            Upper = Vector512.Create((float)(maximum - zeroPoint)),
        };
        Vector512<int> zero = Vector512.Create(zeroPoint * 0x01010101);
        float* last = stackalloc float[4 * Lanes];
        fixed (float* source = planes)
        fixed (uint* destination = quads)
        {
            for (int p = 0; p < length; p += Lanes)
            {
                float* x = source + p;
                nint stride = planeStride;
                int readable = planes.Length - ((planeCount - 1) * planeStride + p);
                if (readable < Lanes)
                {
                    for (int plane = 0; plane < planeCount; plane++)
                    {
                        new ReadOnlySpan<float>(x + plane * stride, readable).CopyTo(new Span<float>(last + plane * Lanes, Lanes));
                    }

                    x = last;
                    stride = Lanes;
                }

                // Adding to the byte of z cannot carry into the next: z + q is within [qmin, qmax].
                Vector512<int> quad = zero + grid.Round(x);
                if (planeCount == 4)
                {
                    quad += Vector512.ShiftLeft(grid.Round(x + stride), 8);
                    quad += Vector512.ShiftLeft(grid.Round(x + 2 * stride), 16);
                    quad += Vector512.ShiftLeft(grid.Round(x + 3 * stride), 24);
                }
                else
                {
                    for (int plane = 1; plane < planeCount; plane++)
                    {
                        quad += Vector512.ShiftLeft(grid.Round(x + plane * stride), 8 * plane);
                    }
                }

                if (quads.Length - p >= Lanes)
                {
                    quad.Store((int*)destination + p);
                }
                else
                {
                    quad.Store((int*)last);
                    new ReadOnlySpan<uint>(last, length - p).CopyTo(quads[p..]);
                }
            }
        }
    }

    private struct Grid
    {
        public Vector512<float> Scale;
        public Vector512<float> Lower;
        public Vector512<float> Upper;

        /// <summary><c>clamp(round(x / s))</c>, 0 for NaN.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector512<int> Round(float* x)
        {
            Vector512<float> rounded = Vector512.Round(Vector512.Load(x) / Scale);
            rounded = Vector512.ConditionalSelect(Vector512.Equals(rounded, rounded), rounded, Vector512<float>.Zero);
            return Vector512.ConvertToInt32Native(Vector512.Min(Vector512.Max(rounded, Lower), Upper));
        }
    }
}
