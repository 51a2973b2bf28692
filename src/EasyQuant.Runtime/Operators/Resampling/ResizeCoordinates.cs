using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>Where in the input an index of the output lies (attribute <c>coordinate_transformation_mode</c>).</summary>
internal static class ResizeCoordinates
{
    /// <summary>The function from output index to input coordinate.</summary>
    /// <param name="mode">The mode's name.</param>
    /// <param name="input">The input's extent.</param>
    /// <param name="output">The output's extent.</param>
    /// <param name="scale">The factor between them, as given or as follows from the extents.</param>
    /// <param name="roi">Start and end of the region of interest, in parts of the input.</param>
    public static Func<int, double> Of(string mode, int input, int output, double scale, (double Start, double End) roi)
    {
        double exact = scale * input;
        return mode switch
        {
            "half_pixel" => x => (x + 0.5) / scale - 0.5,
            "half_pixel_symmetric" => x => input / 2.0 * (1 - output / exact) + (x + 0.5) / scale - 0.5,
            "pytorch_half_pixel" => x => output == 1 ? 0 : (x + 0.5) / scale - 0.5,
            "align_corners" => x => output == 1 ? 0 : x * (input - 1.0) / (exact - 1),
            "asymmetric" => x => x / scale,
            "tf_half_pixel_for_nn" => x => (x + 0.5) / scale,
            "tf_crop_and_resize" => x => output == 1
                ? 0.5 * (roi.Start + roi.End) * (input - 1)
                : roi.Start * (input - 1) + x * (roi.End - roi.Start) * (input - 1) / (output - 1),
            _ => throw new UnsupportedOperatorInputException($"Coordinate transformation '{mode}' is not supported."),
        };
    }

    /// <summary>The function that rounds a coordinate to an index (attribute <c>nearest_mode</c>).</summary>
    public static Func<double, double> Rounding(string mode) => mode switch
    {
        "round_prefer_floor" => x => Math.Ceiling(x - 0.5),
        "round_prefer_ceil" => x => Math.Floor(x + 0.5),
        "floor" => Math.Floor,
        "ceil" => Math.Ceiling,
        _ => throw new UnsupportedOperatorInputException($"Nearest mode '{mode}' is not supported."),
    };
}
