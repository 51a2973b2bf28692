using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Copies every n-th element: what a convolution with a stride reads of a row.</summary>
public static unsafe class StridedCopy
{
    /// <summary><c>target[i] = source[i · step]</c> for <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* source, float* target, int length, int step)
    {
        int i = 0;
        if (step == 1)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector512.Load(source + i).Store(target + i);
            }

            for (; i + 4 <= length; i += 4)
            {
                Vector128.Load(source + i).Store(target + i);
            }
        }
        else if (step == 2 && Sse.IsSupported)
        {
            // The second load ends one element behind the last that is wanted; the row must hold one more.
            for (; i + 5 <= length; i += 4)
            {
                Sse.Shuffle(Vector128.Load(source + 2 * i), Vector128.Load(source + 2 * i + 4), 0b10_00_10_00).Store(target + i);
            }
        }

        for (source += i * step; i < length; i++, source += step)
        {
            target[i] = *source;
        }
    }
}
