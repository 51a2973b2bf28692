namespace EasyQuant.Runtime.Inference.Network;

/// <summary>Where the outputs of a convolution or pooling look: row <c>y · StrideY + k · DilationY − PadTop</c> of the input for kernel row k.</summary>
public sealed record Window(int KernelHeight, int KernelWidth, int StrideY, int StrideX, int DilationY, int DilationX, int PadTop, int PadLeft)
{
    /// <summary>One position, as in matrix products.</summary>
    public static Window Single { get; } = new(1, 1, 1, 1, 1, 1, 0, 0);

    /// <summary>Rows below the input that the last of <paramref name="outputHeight"/> outputs looks at.</summary>
    public int PadBottom(int height, int outputHeight) => Math.Max(0, (outputHeight - 1) * StrideY + (KernelHeight - 1) * DilationY + 1 - PadTop - height);

    /// <summary>Columns to the right of the input that the last of <paramref name="outputWidth"/> outputs looks at.</summary>
    public int PadRight(int width, int outputWidth) => Math.Max(0, (outputWidth - 1) * StrideX + (KernelWidth - 1) * DilationX + 1 - PadLeft - width);
}
