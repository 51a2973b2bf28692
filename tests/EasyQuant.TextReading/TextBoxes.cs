using EasyQuant.Data;
using EasyQuant.Tensors;

namespace EasyQuant.TextReading;

/// <summary>Boxes from the detector's map of probabilities, as in differentiable binarization (Liao et al. 2020), with upright rectangles.</summary>
/// <remarks>
/// Connected pixels above a threshold are a shrunken line. The box around them grows on all sides by <c>area · ratio / perimeter</c>. PP-OCR
/// turns its rectangles with the text; lines here are nearly level, so that upright ones say the same.
/// </remarks>
public static class TextBoxes
{
    private const float PixelThreshold = 0.3f;
    private const float BoxThreshold = 0.6f;
    private const double Growth = 1.5;
    private const int LeastSide = 3;

    /// <summary>The boxes of a map f32[1, 1, height, width], from top to bottom, in pixels of the map.</summary>
    public static IReadOnlyList<Box> Find(Tensor map)
    {
        (int height, int width) = (map.Shape[^2], map.Shape[^1]);
        bool[] seen = new bool[height * width];
        List<Box> boxes = [];
        for (int i = 0; i < seen.Length; i++)
        {
            if (!seen[i] && map.AsSpan<float>()[i] > PixelThreshold && Component(map.AsSpan<float>(), seen, i, width) is { } box)
            {
                boxes.Add(box);
            }
        }

        return [.. boxes.OrderBy(b => b.Top)];
    }

    /// <summary>Whether two boxes have at least half of their area in common: intersection over union.</summary>
    public static bool AreSame(Box a, Box b) => a.Overlap(b) >= 0.5;

    private static Box? Component(ReadOnlySpan<float> map, bool[] seen, int first, int width)
    {
        Stack<int> open = new([first]);
        seen[first] = true;
        (int left, int top, int right, int bottom) = (int.MaxValue, int.MaxValue, 0, 0);
        (double sum, int count) = (0, 0);
        while (open.TryPop(out int pixel))
        {
            (int y, int x) = Math.DivRem(pixel, width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            sum += map[pixel];
            count++;
            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    int next = pixel + dy * width + dx;
                    if (x + dx >= 0 && x + dx < width && next >= 0 && next < seen.Length && !seen[next] && map[next] > PixelThreshold)
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
                }
            }
        }

        (int w, int h) = (right - left, bottom - top);
        double grow = w * h * Growth / (2.0 * (w + h));
        return Math.Min(w, h) >= LeastSide && sum / count >= BoxThreshold ? new Box(left - grow, top - grow, right + grow, bottom + grow) : null;
    }
}
