namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>How many panels a tile computes, as a type: the compiler drops what belongs to a second panel where there is none.</summary>
internal interface IPanelCount
{
    /// <summary>Two rather than one.</summary>
    static abstract bool IsPair { get; }
}

/// <summary>One panel of sixteen channels.</summary>
internal readonly struct OnePanel : IPanelCount
{
    public static bool IsPair => false;
}

/// <summary>Two panels of sixteen channels.</summary>
internal readonly struct PanelPair : IPanelCount
{
    public static bool IsPair => true;
}
