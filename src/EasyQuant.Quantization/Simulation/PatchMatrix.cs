namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The quantized input of one convolution group as the matrix A of <c>acc[p, r] = Σ_k W[r, k] · (A[p, k] − z)</c>.
/// </summary>
/// <param name="Bytes">Row after row, each <see cref="Stride"/> bytes; what follows the row length in a row does not matter.</param>
/// <param name="Positions">Rows of A.</param>
/// <param name="RowLength">K.</param>
/// <param name="Stride">Bytes from one row to the next.</param>
/// <param name="ZeroPoint">z.</param>
internal readonly record struct PatchMatrix(ReadOnlyMemory<byte> Bytes, int Positions, int RowLength, int Stride, int ZeroPoint)
{
    /// <summary>Bytes from one row to the next: kernels read whole groups of four.</summary>
    public static int StrideOf(int rowLength) => (rowLength + 3) & ~3;
}
