using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Consecutive outputs of a row whose windows reach the image with the same taps.</summary>
/// <param name="First">The first output.</param>
/// <param name="Length">How many outputs.</param>
/// <param name="Offsets">Where each tap lies, relative to the window; a pointer to integers.</param>
/// <param name="Taps">How many taps.</param>
internal readonly record struct PoolingStretch(int First, int Length, nint Offsets, int Taps);

/// <summary>Cuts rows of pooling outputs into stretches, so that padding is no tap.</summary>
internal static unsafe class PoolingStretches
{
    /// <summary>The stretches of each row of outputs.</summary>
    public static PoolingStretch[][] Of(Window window, TensorLayout input, TensorLayout output, PlanMemory memory)
    {
        Dictionary<(int, int, int, int), (nint Offsets, int Taps)> known = [];
        return [.. Enumerable.Range(0, output.Height).Select(y => CutRow(y, window, input, output.Width, known, memory))];
    }

    private static PoolingStretch[] CutRow(
        int y, Window window, TensorLayout input, int outputs, Dictionary<(int, int, int, int), (nint Offsets, int Taps)> known, PlanMemory memory)
    {
        (int firstY, int endY) = Inside(y * window.StrideY - window.PadTop, window.DilationY, window.KernelHeight, input.Height);
        TensorPlace place = input.Place();
        List<PoolingStretch> runs = [];
        for (int x = 0; x < outputs; x++)
        {
            (int firstX, int endX) = Inside(x * window.StrideX - window.PadLeft, window.DilationX, window.KernelWidth, input.Width);
            if (!known.TryGetValue((firstY, endY, firstX, endX), out (nint Offsets, int Taps) taps))
            {
                int[] offsets = [.. from ky in Enumerable.Range(firstY, endY - firstY)
                                    from kx in Enumerable.Range(firstX, endX - firstX)
                                    select checked((int)(ky * window.DilationY * place.RowStride + kx * window.DilationX * place.PositionStride))];
                known[(firstY, endY, firstX, endX)] = taps = ((nint)memory.Copy<int>(offsets), offsets.Length);
            }

            if (runs.Count > 0 && runs[^1].Offsets == taps.Offsets)
            {
                runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            }
            else
            {
                runs.Add(new PoolingStretch(x, 1, taps.Offsets, taps.Taps));
            }
        }

        return [.. runs];
    }

    // Lowering has made sure that every window reaches the image.
    private static (int First, int End) Inside(int start, int dilation, int kernel, int extent)
    {
        int[] inside = [.. Enumerable.Range(0, kernel).Where(k => (uint)(start + k * dilation) < (uint)extent)];
        return (inside[0], inside[^1] + 1);
    }
}
