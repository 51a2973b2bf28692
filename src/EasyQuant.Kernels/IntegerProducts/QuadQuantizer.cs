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

        Grid grid = new(scale, minimum - zeroPoint, maximum - zeroPoint);
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

                Vector512<int> quad = zero + grid.Quad(x, stride, planeCount);
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

    private readonly struct Grid
    {
        // Multiplying by 1 / s instead of dividing by s moves a quotient by less than 2^-22 of itself.
        private const float Doubt = 1f / (1 << 21);
        private const float Tie = 0.4999995f;
        private const float LeastScale = 1e-30f;
        private const float LargestScale = 1e30f;

        private readonly Vector512<float> _scale;
        private readonly Vector512<float> _inverse;
        private readonly Vector512<float> _lower;
        private readonly Vector512<float> _upper;

        // Whether 1 / s and the products with it are of ordinary size.
        private readonly bool _isOrdinary;

        public Grid(float scale, int lower, int upper)
        {
            _scale = Vector512.Create(scale);
            _inverse = Vector512.Create(1 / scale);
            _lower = Vector512.Create((float)lower);
            _upper = Vector512.Create((float)upper);
            _isOrdinary = scale is > LeastScale and < LargestScale;
        }

        /// <summary><c>clamp(round(x / s))</c> of each plane, 0 for NaN, from the lowest byte on. Added to z in each byte they cannot carry: z + q is within [qmin, qmax].</summary>
        /// <remarks>A division takes as long as all the rest. So products with 1 / s are rounded, and only where one of them lies near a tie all are divided.</remarks>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<int> Quad(float* x, nint stride, int planeCount)
        {
            Vector512<float> nearness = Vector512<float>.Zero;
            Vector512<int> quad = Vector512<int>.Zero;
            for (int plane = 0; plane < planeCount; plane++)
            {
                Vector512<float> product = Vector512.Load(x + plane * stride) * _inverse;
                Vector512<float> rounded = Vector512.Round(product);
                nearness = Vector512.MaxNative(nearness, Vector512.Abs(product - rounded) + Vector512.Abs(product) * Doubt);
                quad += Vector512.ShiftLeft(Clamp(rounded), 8 * plane);
            }

            return _isOrdinary && Vector512.LessThanOrEqualAll(nearness, Vector512.Create(Tie)) ? quad : Divided(x, stride, planeCount);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private Vector512<int> Divided(float* x, nint stride, int planeCount)
        {
            Vector512<int> quad = Vector512<int>.Zero;
            for (int plane = 0; plane < planeCount; plane++)
            {
                quad += Vector512.ShiftLeft(Clamp(Vector512.Round(Vector512.Load(x + plane * stride) / _scale)), 8 * plane);
            }

            return quad;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<int> Clamp(Vector512<float> rounded)
        {
            rounded = Vector512.ConditionalSelect(Vector512.Equals(rounded, rounded), rounded, Vector512<float>.Zero);
            return Vector512.ConvertToInt32Native(Vector512.MinNative(Vector512.MaxNative(rounded, _lower), _upper));
        }
    }
}
