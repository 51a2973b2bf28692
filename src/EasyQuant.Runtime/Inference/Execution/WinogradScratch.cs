using EasyQuant.Kernels.IntegerWinograd;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How a layer uses the scratch memory of a run: a slot for each thread.</summary>
/// <remarks>
/// Strides from frequency to frequency are odd numbers of cache lines, so that the 36 streams of a transform do not fall into the
/// same sets of a cache.
/// </remarks>
internal sealed unsafe class WinogradScratch
{
    /// <summary>Outputs of a tile for two panels.</summary>
    public const int TotalsOfTile = WinogradTile.Outputs * WinogradTile.Outputs * WinogradTile.MostPanels * WinogradTile.PanelChannels;

    private const int LineBytes = 64;

    private readonly long _valuesBytes;
    private readonly long _weightsBytes;
    private readonly long _sumsBytes;
    private readonly long _totalsBytes;

    public WinogradScratch(WinogradTiling tiling)
    {
        // The last product of a batch may read rows behind it.
        int rows = tiling.BatchTiles + tiling.RowStep - 1;
        ChunkLines = rows;
        ValueLines = Odd(tiling.Chunks * rows);
        WeightLines = Odd(tiling.Pairs * WinogradTile.MostPanels);
        SumLines = Odd(tiling.LargestBlock * WinogradTile.MostPanels);
        _valuesBytes = Bytes(ValueLines);
        _weightsBytes = Bytes(WeightLines);
        _sumsBytes = Bytes(SumLines);
        _totalsBytes = tiling.Parts.Length == 1 ? 0 : (long)tiling.LargestBlock * TotalsOfTile * sizeof(int);
    }

    /// <summary>Lines, of 32 words, from chunk to chunk of the transformed patches.</summary>
    public int ChunkLines { get; }

    /// <summary>The same from frequency to frequency.</summary>
    public int ValueLines { get; }

    /// <summary>Lines, of 32 words, from frequency to frequency of the transformed weights.</summary>
    public int WeightLines { get; }

    /// <summary>Lines, of 16 sums, from frequency to frequency.</summary>
    public int SumLines { get; }

    private long SlotBytes => LineBytes + _valuesBytes + _weightsBytes + _sumsBytes + _totalsBytes;

    /// <summary>Bytes for so many threads.</summary>
    public long ByteLength(int threads) => threads * SlotBytes;

    /// <summary>Marks all slots as free.</summary>
    public void Begin(byte* scratch, int threads)
    {
        for (int slot = 0; slot < threads; slot++)
        {
            *(int*)(scratch + slot * SlotBytes) = 0;
        }
    }

    /// <summary>A slot that no other thread uses. There are as many as threads.</summary>
    public WinogradSlot Take(byte* scratch)
    {
        while (Interlocked.CompareExchange(ref *(int*)scratch, 1, 0) != 0)
        {
            scratch += SlotBytes;
        }

        byte* values = scratch + LineBytes;
        byte* weights = values + _valuesBytes;
        byte* sums = weights + _weightsBytes;
        return new WinogradSlot((int*)scratch, (short*)values, (short*)weights, (int*)sums, (int*)(sums + _sumsBytes));
    }

    private static int Odd(int lines) => lines | 1;

    private static long Bytes(int frequencyLines) => (long)WinogradTile.Frequencies * frequencyLines * LineBytes;
}

/// <summary>The scratch memory of a thread.</summary>
internal readonly unsafe struct WinogradSlot(int* flag, short* values, short* weights, int* sums, int* totals)
{
    /// <summary>The transformed patches of a batch.</summary>
    public short* Values => values;

    /// <summary>The transformed weights of two panels.</summary>
    public short* Weights => weights;

    /// <summary>The sums of a block.</summary>
    public int* Sums => sums;

    /// <summary>The outputs of a block so far, where they come in parts.</summary>
    public int* Totals => totals;

    /// <summary>Gives it back.</summary>
    public void Free() => Volatile.Write(ref *flag, 0);
}
