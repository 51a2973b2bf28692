using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Kernels.KernelTables;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The kernels of one session: of each operation the fastest that can be run, or the one of the level that was wished for.</summary>
internal sealed class KernelSet
{
    /// <summary>The kernels of a level; null takes what <c>EASYQUANT_ISA</c> names, or else the fastest.</summary>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    /// <exception cref="PlatformNotSupportedException">The level cannot be used here.</exception>
    public KernelSet(string? isa, WinogradUse winogradUse, int threads = 1)
    {
        isa ??= Environment.GetEnvironmentVariable("EASYQUANT_ISA");
        Convolution = KernelChoice.Choose(ConvolutionKernels.All, isa);
        Product = KernelChoice.Choose(IntegerProductKernels.All, isa);
        Depthwise = KernelChoice.Choose(DepthwiseKernels.All, isa);
        MaxPooling = KernelChoice.Choose(MaxPoolingKernels.All, isa);
        AveragePooling = KernelChoice.Choose(AveragePoolingKernels.All, isa);
        Add = KernelChoice.Choose(AddKernels.All, isa);
        Multiply = KernelChoice.Choose(MultiplyKernels.All, isa);
        Slope = KernelChoice.Choose(SlopeKernels.All, isa);
        ChannelLookup = KernelChoice.Choose(ChannelLookupKernels.All, isa);
        Lookup = KernelChoice.Choose(LookupKernels.All, isa);
        Winograd = KernelChoice.Choose(WinogradKernels.All, isa);
        WinogradUse = winogradUse;
        Threads = threads;
    }

    public ConvolutionKernel Convolution { get; }

    public IntegerProductKernel Product { get; }

    public DepthwiseKernel Depthwise { get; }

    public Kernel<MaxPoolingRow> MaxPooling { get; }

    public Kernel<AveragePoolingRow> AveragePooling { get; }

    public Kernel<AddRun> Add { get; }

    public Kernel<MultiplyRun> Multiply { get; }

    public Kernel<SlopeRow> Slope { get; }

    public Kernel<ChannelLookupRow> ChannelLookup { get; }

    public Kernel<LookupRun> Lookup { get; }

    public WinogradKernel Winograd { get; }

    /// <summary>Which convolutions use it.</summary>
    public WinogradUse WinogradUse { get; }

    /// <summary>How many threads steps are cut for; more or fewer may compute them.</summary>
    public int Threads { get; }
}
