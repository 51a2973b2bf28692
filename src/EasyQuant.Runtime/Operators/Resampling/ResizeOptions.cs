using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>How Resize interpolates; Upsample and the first Resize know one way of placing pixels.</summary>
internal sealed class ResizeOptions(OperatorSite site)
{
    // The table of one dimension takes some hundred bytes a pixel.
    private const int LongestAxis = 1 << 22;

    // Upsample and Resize before version 11 have neither coordinate modes nor rounding modes.
    private readonly bool _old = site.Node.OpType == "Upsample" || site.Opset < 11;

    public string Mode { get; } = site.Node.GetString("mode", "nearest") switch
    {
        "bilinear" => "linear",
        "nearest" or "linear" or "cubic" => site.Node.GetString("mode", "nearest"),
        string other => throw site.Unsupported($"mode '{other}'"),
    };

    public string Coordinates => _old ? "asymmetric" : site.Node.GetString("coordinate_transformation_mode", "half_pixel");

    public string Nearest => _old ? "floor" : site.Node.GetString("nearest_mode", "round_prefer_floor");

    public double CubicCoefficient { get; } = site.Node.GetFloat("cubic_coeff_a", -0.75f);

    public bool ExcludeOutside { get; } = site.Node.GetInt("exclude_outside", 0) != 0;

    public bool Antialias { get; } = site.Node.GetInt("antialias", 0) != 0;

    public float Extrapolation { get; } = site.Node.GetFloat("extrapolation_value", 0);

    public string AspectPolicy { get; } = site.Node.GetString("keep_aspect_ratio_policy", "stretch");

    /// <summary>The table for one dimension.</summary>
    public ResizeAxis Axis(int input, int output, double scale, (double Start, double End) roi)
    {
        if (output > LongestAxis)
        {
            throw new UnsupportedOperatorInputException($"Resizing to an extent of {output} is not supported, expected at most {LongestAxis}.");
        }

        Func<int, double> coordinate = ResizeCoordinates.Of(Coordinates, input, output, scale, roi);
        int[][] taps = new int[output][];
        float[][] weights = new float[output][];
        for (int i = 0; i < output; i++)
        {
            double x = coordinate(i);
            if (Coordinates == "tf_crop_and_resize" && (x < 0 || x > input - 1))
            {
                (taps[i], weights[i]) = ([], []);
            }
            else
            {
                (taps[i], weights[i]) = Mode == "nearest" ? ([Clamp(ResizeCoordinates.Rounding(Nearest)(x), input)], [1f]) : Interpolate(x, input, Math.Min(scale, 1));
            }
        }

        return new ResizeAxis(taps, weights);
    }

    private (int[] Taps, float[] Weights) Interpolate(double x, int input, double scale)
    {
        // A wider filter reads all pixels that a smaller picture's pixel covers.
        double stretch = Antialias ? scale : 1;
        int reach = Mode == "linear" ? 1 : 2;
        int first = (int)Math.Floor(x) + (int)Math.Floor(-reach / stretch) + 1;
        int last = (int)Math.Floor(x) + reach - ((int)Math.Floor(-reach / stretch) + 1) - (reach - 1);
        List<int> taps = [];
        List<double> weights = [];
        for (int i = first; i <= last; i++)
        {
            double weight = Mode == "linear" ? Math.Max(0, 1 - Math.Abs((x - i) * stretch)) : Cubic(Math.Abs((x - i) * stretch));
            if (weight != 0 && !(ExcludeOutside && (i < 0 || i >= input)))
            {
                taps.Add(Clamp(i, input));
                weights.Add(weight);
            }
        }

        double sum = weights.Sum();
        return ([.. taps], [.. weights.Select(w => (float)(w / sum))]);
    }

    // Keys's cubic convolution kernel.
    private double Cubic(double distance)
    {
        double a = CubicCoefficient;
        double d = distance;
        return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
            : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
            : 0;
    }

    private static int Clamp(double index, int extent) => (int)Math.Clamp(index, 0, extent - 1);
}
