namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The vectors that transforms are written in: 16-bit words of patches, 32-bit sums of outputs.</summary>
/// <typeparam name="TWords">A vector of 16-bit integers.</typeparam>
/// <typeparam name="TSums">A vector of 32-bit integers of the same width.</typeparam>
internal unsafe interface IWinogradVectors<TWords, TSums>
{
    /// <summary>Words of a vector: 16 or 32.</summary>
    static abstract int Words { get; }

    /// <summary>As many bytes as there are words, widened.</summary>
    static abstract TWords Widen(byte* source);

    /// <summary>The same of signed bytes.</summary>
    static abstract TWords WidenSigned(sbyte* source);

    static abstract void Store(TWords words, short* destination);

    static abstract TWords Add(TWords a, TWords b);

    static abstract TWords Subtract(TWords a, TWords b);

    /// <summary><c>4a</c>.</summary>
    static abstract TWords Quadruple(TWords a);

    /// <summary><c>6a</c>.</summary>
    static abstract TWords Sextuple(TWords a);

    static abstract TSums Load(int* source);

    static abstract TSums Add(TSums a, TSums b);

    static abstract TSums Subtract(TSums a, TSums b);

    /// <summary><c>4a</c>.</summary>
    static abstract TSums Quadruple(TSums a);

    /// <summary>Four neighbouring outputs, 576 times too large, are added to the totals, or become bytes or reals.</summary>
    /// <param name="tile">The tile that they are of.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="row">Their row.</param>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="c">The third.</param>
    /// <param name="d">The fourth.</param>
    static abstract void Finish(WinogradOutput* tile, nint channel, int row, TSums a, TSums b, TSums c, TSums d);
}
