using EasyQuant.Kernels.IntegerWinograd;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How a layer uses the scratch memory of a run: transformed patches for all threads, transformed weights and sums for each of them.</summary>
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

    /// <summary>Bytes for so many threads.</summary>
    public long ByteLength(int threads) => _valuesBytes + threads * (LineBytes + SlotBytes);

    /// <summary>The transformed patches.</summary>
    public static short* Values(byte* scratch) => (short*)scratch;

    /// <summary>Marks all slots as free.</summary>
    public void Begin(byte* scratch, int threads)
    {
        for (int slot = 0; slot < threads; slot++)
        {
            *Flag(scratch, slot) = 0;
        }
    }

    /// <summary>A slot that no other thread uses. There are as many as threads.</summary>
    public int Take(byte* scratch)
    {
        int slot = 0;
        while (Interlocked.CompareExchange(ref *Flag(scratch, slot), 1, 0) != 0)
        {
            slot++;
        }

        return slot;
    }

    /// <summary>Gives a slot back.</summary>
    public void Return(byte* scratch, int slot) => Volatile.Write(ref *Flag(scratch, slot), 0);

    /// <summary>The transformed weights of a slot.</summary>
    public short* Weights(byte* scratch, int threads, int slot) => (short*)(scratch + _valuesBytes + threads * LineBytes + slot * SlotBytes);

    /// <summary>The sums of a slot.</summary>
    public int* Sums(byte* scratch, int threads, int slot) => (int*)((byte*)Weights(scratch, threads, slot) + _weightsBytes);

    /// <summary>The totals of a slot, where outputs come in parts.</summary>
    public int* Totals(byte* scratch, int threads, int slot) => (int*)((byte*)Sums(scratch, threads, slot) + _sumsBytes);

    private long SlotBytes => _weightsBytes + _sumsBytes + _totalsBytes;

    private int* Flag(byte* scratch, int slot) => (int*)(scratch + _valuesBytes + slot * LineBytes);

    private static int Odd(int lines) => lines | 1;

    private static long Bytes(int frequencyLines) => (long)WinogradTile.Frequencies * frequencyLines * LineBytes;
}
