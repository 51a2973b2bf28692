namespace EasyQuant.Data.Preprocessing;

/// <summary>What a model states of the pictures it takes.</summary>
/// <param name="Channels">Colours: 1 or 3.</param>
/// <param name="Height">The height in pixels; nothing where every height will do.</param>
/// <param name="Width">The width in pixels; nothing where every width will do.</param>
public readonly record struct PictureSize(int Channels, int? Height, int? Width)
{
    /// <summary>Whether a side is left open.</summary>
    public bool IsOpen => Height is null || Width is null;
}
