namespace EasyQuant.Data.Preprocessing;

/// <summary>What the channels of the model's input are.</summary>
public enum ColorOrder
{
    /// <summary>Red, green, blue where the input has three channels, grey where it has one.</summary>
    Auto,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,

    /// <summary>Luminance: <see cref="Images.Picture.ToGrey"/>.</summary>
    Grey,
}
