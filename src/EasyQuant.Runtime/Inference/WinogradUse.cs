namespace EasyQuant.Runtime.Inference;

/// <summary>Which 3 × 3 convolutions are computed by Winograd's method. The results are the same bytes either way.</summary>
public enum WinogradUse
{
    /// <summary>Those for which it is estimated to be faster.</summary>
    Auto,

    /// <summary>None.</summary>
    Never,

    /// <summary>All for which it is exact: to test it, or to measure.</summary>
    Always,
}
