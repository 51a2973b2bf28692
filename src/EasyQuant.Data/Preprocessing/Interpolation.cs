namespace EasyQuant.Data.Preprocessing;

/// <summary>How a pixel of a resized picture follows from the pixels it covers. All agree with Pillow's filters of the same name.</summary>
public enum Interpolation
{
    /// <summary>The pixel under the centre.</summary>
    Nearest,

    /// <summary>A triangle, as wide as two pixels of the smaller picture: <c>1 − |x|</c>.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = −1/2, as wide as four pixels of the smaller picture.</summary>
    Bicubic,
}
