namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>A patch of 6 × 6 positions to transform, <c>V = Bᵀ D B</c> for every channel.</summary>
/// <remarks>
/// Channels lie side by side. Position (i, j) is at <c>Input + Rows[i] + Columns[j]</c>; where a patch hangs over the edge these may
/// point anywhere readable, since such inputs only reach outputs that are not stored. V is at
/// <c>Values + frequency · FrequencyStride + chunk · ChunkStride</c>, 32 words each. |V| is at most 50 · 255 = 12,750.
/// </remarks>
internal unsafe struct WinogradInput
{
    public byte* Input;

    public fixed long Rows[WinogradTile.Inputs];

    public fixed long Columns[WinogradTile.Inputs];

    public short* Values;

    /// <summary>Words from frequency to frequency.</summary>
    public nint FrequencyStride;

    /// <summary>Words from chunk to chunk.</summary>
    public nint ChunkStride;

    /// <summary>How many times 32 channels.</summary>
    public nint Chunks;
}
