using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>How a coordinate from −1 to 1 reads one dimension: which elements, with which weights.</summary>
internal sealed class GridAxis
{
    /// <summary>The most elements that one coordinate reads.</summary>
    public const int MostTaps = 4;

    // Keys' cubic kernel with this slope is what the operator is defined by.
    private const double CubicSlope = -0.75;

    private readonly bool _alignsCorners;
    private readonly Mode _mode;
    private readonly Padding _padding;

    /// <summary>What a GridSample node says.</summary>
    public GridAxis(OperatorSite site)
    {
        _alignsCorners = site.Node.GetInt("align_corners", 0) != 0;
        _mode = site.Node.GetString("mode", "linear") switch
        {
            "linear" or "bilinear" => Mode.Linear,
            "nearest" => Mode.Nearest,
            "cubic" or "bicubic" => Mode.Cubic,
            string other => throw site.Unsupported($"mode '{other}'"),
        };
        _padding = site.Node.GetString("padding_mode", "zeros") switch
        {
            "zeros" => Padding.Zeros,
            "border" => Padding.Border,
            "reflection" => Padding.Reflection,
            string other => throw site.Unsupported($"padding_mode '{other}'"),
        };
    }

    private enum Mode
    {
        Nearest,
        Linear,
        Cubic,
    }

    private enum Padding
    {
        Zeros,
        Border,
        Reflection,
    }

    /// <summary>The elements and weights; index −1 is a zero outside.</summary>
    /// <returns>How many there are.</returns>
    public int Taps(double coordinate, int extent, Span<(int Index, double Weight)> taps)
    {
        double place = _alignsCorners ? (coordinate + 1) / 2 * (extent - 1) : ((coordinate + 1) * extent - 1) / 2;
        place = double.IsFinite(place) ? place : -1e6;
        place = _mode == Mode.Nearest ? Math.Round(place) : place;
        place = Inside(place, extent);
        int below = (int)Math.Floor(Math.Clamp(place, -1e6, int.MaxValue - 4.0));
        double fraction = place - below;
        switch (_mode)
        {
            case Mode.Nearest:
                taps[0] = (Index(below, extent), 1);
                return 1;
            case Mode.Linear:
                taps[0] = (Index(below, extent), 1 - fraction);
                taps[1] = (Index(below + 1, extent), fraction);
                return 2;
            default:
                for (int k = 0; k < 4; k++)
                {
                    taps[k] = (Index(below - 1 + k, extent), Cubic(Math.Abs(fraction + 1 - k)));
                }

                return 4;
        }
    }

    // A place outside is moved in where padding says so.
    private double Inside(double place, int extent)
    {
        (double low, double high) = _alignsCorners ? (0, extent - 1.0) : (-0.5, extent - 0.5);
        return place >= low && place <= high ? place : _padding switch
        {
            Padding.Border => Math.Clamp(place, 0, extent - 1),
            Padding.Reflection => Reflected(place, low, high),
            _ => place,
        };
    }

    private int Index(int index, int extent)
    {
        if (index >= 0 && index < extent)
        {
            return index;
        }

        (double low, double high) = _alignsCorners ? (0, extent - 1.0) : (-0.5, extent - 0.5);
        return _padding switch
        {
            Padding.Border => Math.Clamp(index, 0, extent - 1),
            Padding.Reflection => Math.Clamp((int)Reflected(index, low, high), 0, extent - 1),
            _ => -1,
        };
    }

    private static double Reflected(double place, double low, double high)
    {
        double range = high - low;
        if (range <= 0)
        {
            return low;
        }

        double folded = Math.Abs(place - low) % (2 * range);
        return low + (folded > range ? 2 * range - folded : folded);
    }

    private static double Cubic(double distance) => distance switch
    {
        < 1 => ((CubicSlope + 2) * distance - (CubicSlope + 3)) * distance * distance + 1,
        < 2 => ((CubicSlope * distance - 5 * CubicSlope) * distance + 8 * CubicSlope) * distance - 4 * CubicSlope,
        _ => 0,
    };
}
