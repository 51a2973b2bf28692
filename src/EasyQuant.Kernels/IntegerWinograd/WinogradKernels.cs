using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>One kernel of <see cref="WinogradKernels.All"/>: the three transforms and the products between them.</summary>
internal sealed unsafe class WinogradKernel : IKernel
{
    private readonly delegate*<WinogradInput*, void> _transformInput;
    private readonly delegate*<WinogradFilter*, void> _transformWeights;
    private readonly delegate*<WinogradProduct*, void> _multiply;
    private readonly delegate*<WinogradOutput*, void> _transformOutput;

    private WinogradKernel(
        string isa, string? refusal, int rowStep, delegate*<WinogradInput*, void> transformInput, delegate*<WinogradFilter*, void> transformWeights,
        delegate*<WinogradProduct*, void> multiply, delegate*<WinogradOutput*, void> transformOutput)
    {
        Isa = isa;
        Refusal = refusal;
        RowStep = rowStep;
        _transformInput = transformInput;
        _transformWeights = transformWeights;
        _multiply = multiply;
        _transformOutput = transformOutput;
    }

    public string Isa { get; }

    public string? Refusal { get; }

    /// <summary>Products read and write rows up to the next multiple of so many.</summary>
    public int RowStep { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TransformInput(WinogradInput* patch) => _transformInput(patch);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TransformWeights(WinogradFilter* filter) => _transformWeights(filter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply(WinogradProduct* product) => _multiply(product);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TransformOutput(WinogradOutput* tile) => _transformOutput(tile);

    internal static WinogradKernel Wide(string isa, string? refusal, int rowStep, delegate*<WinogradProduct*, void> multiply) => new(
        isa, refusal, rowStep,
        &WinogradTransforms<WinogradVectors512, Vector512<short>, Vector512<int>>.TransformInput,
        &WinogradTransforms<WinogradVectors512, Vector512<short>, Vector512<int>>.TransformWeights,
        multiply,
        &WinogradTransforms<WinogradVectors512, Vector512<short>, Vector512<int>>.TransformOutput);

    internal static WinogradKernel Of<TDot>()
        where TDot : struct, IWordDot => new(
            TDot.Isa,
            WinogradKernels.RefusalOf(TDot.Isa, TDot.IsSupported),
            WinogradProduct_6x16<TDot>.Rows,
            &WinogradTransforms<WinogradVectors256, Vector256<short>, Vector256<int>>.TransformInput,
            &WinogradTransforms<WinogradVectors256, Vector256<short>, Vector256<int>>.TransformWeights,
            &WinogradProduct_6x16<TDot>.Run,
            &WinogradTransforms<WinogradVectors256, Vector256<short>, Vector256<int>>.TransformOutput);
}

/// <summary>The kernels of 3 × 3 convolutions by Winograd's method; all give the same bytes, which are those of <c>ConvolutionKernels</c>.</summary>
internal static unsafe class WinogradKernels
{
    /// <summary>All kernels, fastest first.</summary>
    public static IReadOnlyList<WinogradKernel> All { get; } =
    [
        WinogradKernel.Wide(WinogradProduct_Avx512Vnni.Isa, WinogradProduct_Avx512Vnni.Refusal, 1, &WinogradProduct_Avx512Vnni.Run),
        WinogradKernel.Wide("avx512bw", RefusalOf("avx512bw", Avx512BW.IsSupported), WinogradProduct_7x32_Avx512BW.Rows, &WinogradProduct_7x32_Avx512BW.Run),
        WinogradKernel.Of<AvxVnniWordDot>(),
        WinogradKernel.Of<Avx2WordDot>(),
        WinogradKernel.Of<PortableWordDot>(),
    ];

    /// <summary>Why a kernel is not taken where the processor does not offer its instructions; null where it does.</summary>
    internal static string? RefusalOf(string isa, bool isSupported) =>
        isSupported ? null : $"the processor, or the runtime as it is set up, does not offer {isa}";
}
