namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The quantized input of one convolution group as the matrix A of <c>acc[r, p] = Σ_k W[r, k] · (A[p, k] − z)</c>, laid out as
/// <see cref="EasyQuant.Kernels.IntegerProducts.BytePanels"/>.
/// </summary>
/// <param name="Panels">The bytes.</param>
/// <param name="Positions">Rows of A.</param>
/// <param name="ZeroPoint">z.</param>
internal sealed record PatchMatrix(ReadOnlyMemory<byte> Panels, int Positions, int ZeroPoint);
