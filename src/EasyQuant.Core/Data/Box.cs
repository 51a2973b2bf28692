namespace EasyQuant.Data;

/// <summary>A rectangle with sides along the axes, from <c>(Left, Top)</c> to, not including, <c>(Right, Bottom)</c>.</summary>
/// <param name="Left">The smallest x.</param>
/// <param name="Top">The smallest y.</param>
/// <param name="Right">The end along x.</param>
/// <param name="Bottom">The end along y.</param>
public readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    /// <summary><c>(Right − Left) · (Bottom − Top)</c>; zero where an end comes before its beginning.</summary>
    public double Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>The area that both boxes cover.</summary>
    public double CommonArea(in Box other) => new Box(
        Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;

    /// <summary>Intersection over union, <c>|A ∩ B| / |A ∪ B|</c>; zero where both are empty.</summary>
    /// <remarks>Moving and stretching both boxes alike along the axes does not change it.</remarks>
    public double Overlap(in Box other)
    {
        double common = CommonArea(other);
        return common > 0 ? common / (Area + other.Area - common) : 0;
    }
}

/// <summary>An object in a picture.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">What it is.</param>
/// <param name="IsCrowd">Whether the box holds many objects of the class that nobody told apart.</param>
public readonly record struct LabelledBox(Box Box, int Class, bool IsCrowd = false);
