namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Neighbouring inputs whose products are added one after the other: <see cref="Length"/> floats from <see cref="Offset"/> on.</summary>
/// <param name="Offset">Floats from a pixel's first input.</param>
/// <param name="Length">How many floats; each has its own row of weights.</param>
public readonly record struct ConvolutionSegment(nint Offset, nint Length);

/// <summary>
/// What a tile of a convolution is computed from: <c>y[p, o] = clamp((b[o] + Σ_k x[p, k] · w[k, o]) · factor[o] + offset[o])</c> for two runs of
/// seven pixels and 16 or 32 output channels.
/// </summary>
/// <remarks>Products are added in the order of the segments, one fused multiply-add each; factor and offset are separate roundings.</remarks>
public unsafe struct ConvolutionTile
{
    /// <summary>Pixels of a run.</summary>
    public const int Run = 7;

    /// <summary>Channels of a block: they lie side by side, and a pixel's blocks lie <see cref="BlockStep"/> apart.</summary>
    public const int Block = 16;

    /// <summary>The first input of the first run's first pixel.</summary>
    public float* Left { get; set; }

    /// <summary>The same for the second run.</summary>
    public float* Right { get; set; }

    /// <summary>Floats from a pixel's inputs to those of its right neighbour.</summary>
    public nint PixelStep { get; set; }

    /// <summary>Where the inputs of a pixel lie.</summary>
    public ConvolutionSegment* Segments { get; set; }

    /// <summary>The number of segments.</summary>
    public int SegmentCount { get; set; }

    /// <summary>1 or 2 blocks of output channels.</summary>
    public int Blocks { get; set; }

    /// <summary>[k][Blocks · 16]</summary>
    public float* Weights { get; set; }

    /// <summary>b: [Blocks · 16]</summary>
    public float* Bias { get; set; }

    /// <summary>factor: [Blocks · 16], or null for neither factor nor offset.</summary>
    public float* Factor { get; set; }

    /// <summary>offset: [Blocks · 16]</summary>
    public float* Offset { get; set; }

    /// <summary>The lower limit.</summary>
    public float Low { get; set; }

    /// <summary>The upper limit.</summary>
    public float High { get; set; }

    /// <summary>The first run's outputs: [7][16].</summary>
    public float* LeftOutput { get; set; }

    /// <summary>The second run's outputs.</summary>
    public float* RightOutput { get; set; }

    /// <summary>Floats from the outputs of the first block to those of the second.</summary>
    public nint BlockStep { get; set; }
}
