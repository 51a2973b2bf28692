namespace EasyQuant.Cli.Terminal;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>Counts with a unit: <c>66.8 K</c>, <c>6.00 M</c>, <c>1.23 G</c>.</summary>
    public static string Count(long count) => count switch
    {
        < 1000 => $"{count}",
        < 1_000_000 => $"{count / 1e3:0.0} K",
        < 1_000_000_000 => $"{count / 1e6:0.00} M",
        _ => $"{count / 1e9:0.00} G",
    };

    /// <summary>Sizes with a unit: <c>291 KB</c>, a kilobyte being 1000 bytes.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0} KB",
        _ => $"{bytes / 1e6:0.0} MB",
    };

    /// <summary>A percentage with two digits, or a dash.</summary>
    public static string Percent(double? percent) => percent is { } p ? $"{p:0.00} %" : "-";

    /// <summary>A difference of percentages with half its interval, or a dash.</summary>
    public static string Points(double? points, double? margin) => points is { } p ? $"{p:0.00} ± {margin:0.00}" : "-";

    /// <summary>A cosine with six digits, or a dash where there is none.</summary>
    public static string Cosine(double cosine) => double.IsNaN(cosine) ? "-" : $"{cosine:0.000000}";

    /// <summary>Decibels with one digit; <c>exact</c> where there is no noise.</summary>
    public static string Decibels(double decibels) => double.IsPositiveInfinity(decibels) ? "exact" : $"{decibels:0.0}";

    /// <summary>A step of quantization, three significant digits.</summary>
    public static string Scale(float scale) => $"{scale:G3}";

    /// <summary>How long something took.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds < 60 ? $"{time.TotalSeconds:0.0} s" : $"{(int)time.TotalMinutes} min {time.Seconds} s";
}
