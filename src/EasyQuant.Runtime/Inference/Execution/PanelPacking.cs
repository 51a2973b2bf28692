using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Up to four panels of sixteen output channels that read the same input channels, packed for the row kernels.</summary>
internal sealed unsafe class PanelBlock
{
    public required int* Offsets { get; init; }

    public required int Groups { get; init; }

    public required sbyte* Weights { get; init; }

    public required nint PanelStride { get; init; }

    public required int* Start { get; init; }

    public required float* Multipliers { get; init; }

    public required int WideningPeriod { get; init; }

    public required int Panels { get; init; }

    public required int FirstChannel { get; init; }
}

/// <summary>Packs the weights of a layer into panels.</summary>
/// <remarks>
/// A panel reads, for each place of the kernel, the quads of input channels that the groups of its sixteen channels cover;
/// channels of a quad that do not belong to an output channel's group meet a zero.
/// </remarks>
internal static unsafe class PanelPacking
{
    private const int Channels = ConvolutionRow.PanelChannels;
    private const int GroupBytes = 4 * Channels;

    /// <summary>The blocks in the order of output channels; their weights are packed once for all plans.</summary>
    public static IEnumerable<PanelBlock> Pack(ConvolutionStep step, TensorLayout input, ConvolutionKernel kernel, PlanMemory memory) =>
        memory.Packed(step, input.Channels, shared => PackAll(step, input.Channels, kernel, shared)).Select(packed => WithOffsets(packed, step.Window, input, memory));

    private static PackedBlock[] PackAll(ConvolutionStep step, int inputChannels, ConvolutionKernel kernel, PlanMemory memory)
    {
        int panels = (step.Weights.Channels + Channels - 1) / Channels;
        List<PackedBlock> blocks = [];
        for (int first = 0; first < panels;)
        {
            (int Low, int High) quads = Quads(step, inputChannels, first);

            // Five panels are better split three and two than four and one.
            int left = Enumerable.Range(first, panels - first).TakeWhile(p => Quads(step, inputChannels, p) == quads).Count();
            int blocksLeft = (left + kernel.MostPanels - 1) / kernel.MostPanels;
            int count = (left + blocksLeft - 1) / blocksLeft;
            blocks.Add(PackBlock(step, inputChannels, first, count, quads, kernel, memory));
            first += count;
        }

        return [.. blocks];
    }

    private static (int Low, int High) Quads(ConvolutionStep step, int inputChannels, int panel)
    {
        int perGroup = step.Weights.Channels / step.Weights.Groups;
        int inputsPerGroup = inputChannels / step.Weights.Groups;
        int firstGroup = panel * Channels / perGroup;
        int lastGroup = (Math.Min((panel + 1) * Channels, step.Weights.Channels) - 1) / perGroup;
        return (firstGroup * inputsPerGroup / 4, ((lastGroup + 1) * inputsPerGroup - 1) / 4);
    }

    private static PackedBlock PackBlock(
        ConvolutionStep step, int inputChannels, int firstPanel, int panels, (int Low, int High) quads, ConvolutionKernel kernel, PlanMemory memory)
    {
        LayerWeights layer = step.Weights;
        int quadCount = quads.High - quads.Low + 1;
        int places = step.Window.KernelHeight * step.Window.KernelWidth;
        int inputsPerGroup = inputChannels / layer.Groups;
        int perGroup = layer.Channels / layer.Groups;
        int groups = places * quadCount;
        int* start = memory.Allocate<int>(panels * Channels);
        float* multipliers = memory.Allocate<float>(panels * Channels);
        float[] all = step.Multipliers();
        using PlanMemory unordered = new();
        sbyte* weights = (kernel.SumsInWords ? unordered : memory).Allocate<sbyte>(panels * groups * GroupBytes);
        for (int i = 0; i < panels * Channels && firstPanel * Channels + i < layer.Channels; i++)
        {
            int channel = firstPanel * Channels + i;
            sbyte* lane = weights + (i / Channels * groups * Channels + i % Channels) * 4;
            int firstInput = channel / perGroup * inputsPerGroup - 4 * quads.Low;
            int sum = PackChannel(layer.Row(channel), lane, firstInput, places, (nint)quadCount * GroupBytes);
            start[i] = layer.Bias[channel] - step.Input.ZeroPoint * sum;
            multipliers[i] = all[channel];
        }

        WordWindows windows = kernel.SumsInWords
            ? WordWindows.Find(new ReadOnlySpan<sbyte>(weights, panels * groups * GroupBytes), panels, step.Input.Minimum, step.Input.Maximum)
            : WordWindows.None(groups);
        return new PackedBlock
        {
            Order = windows.Order,
            FirstQuad = quads.Low,
            Quads = quadCount,
            Weights = kernel.SumsInWords ? InOrder(weights, panels, groups, windows.Order, memory) : weights,
            Start = start,
            Multipliers = multipliers,
            WideningPeriod = windows.Period,
            Panels = panels,
            FirstChannel = firstPanel * Channels,
        };
    }

    private static PanelBlock WithOffsets(PackedBlock packed, Window window, TensorLayout input, PlanMemory memory)
    {
        int* offsets = memory.Allocate<int>(packed.Order.Length);
        foreach ((int position, int group) in packed.Order.Index())
        {
            (int place, int quad) = group == WordWindows.Filler ? (0, packed.FirstQuad) : (group / packed.Quads, packed.FirstQuad + group % packed.Quads);
            (int ky, int kx) = (place / window.KernelWidth, place % window.KernelWidth);
            offsets[position] = checked((int)(ky * window.DilationY * input.Owner.RowStride + (nint)kx * window.DilationX * input.Owner.PositionStride + 4 * quad));
        }

        return new PanelBlock
        {
            Offsets = offsets,
            Groups = packed.Order.Length,
            Weights = packed.Weights,
            PanelStride = (nint)packed.Order.Length * GroupBytes,
            Start = packed.Start,
            Multipliers = packed.Multipliers,
            WideningPeriod = packed.WideningPeriod,
            Panels = packed.Panels,
            FirstChannel = packed.FirstChannel,
        };
    }

    // The sum of a row's weights, which become bytes of a channel's lane: places lie a stride apart, quads of inputs a group.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PackChannel(ReadOnlySpan<sbyte> row, sbyte* lane, int firstInput, int places, nint placeStride)
    {
        int sum = 0;
        int input = firstInput;
        fixed (sbyte* weights = row)
        {
            sbyte* end = weights + row.Length;
            sbyte* read = weights;
            if (places == 1 && (firstInput & 3) == 0)
            {
                for (; read + 4 <= end; read += 4, input += 4)
                {
                    *(int*)(lane + (nint)(input >> 2) * GroupBytes) = *(int*)read;
                    sum += read[0] + read[1] + read[2] + read[3];
                }
            }

            for (; read < end; input++)
            {
                sbyte* write = lane + (nint)(input >> 2) * GroupBytes + (input & 3);
                for (int place = 0; place < places; place++, read++, write += placeStride)
                {
                    sum += *write = *read;
                }
            }
        }

        return sum;
    }

    private static sbyte* InOrder(sbyte* weights, int panels, int groups, int[] order, PlanMemory memory)
    {
        sbyte* ordered = memory.Allocate<sbyte>(panels * order.Length * GroupBytes);
        for (int panel = 0; panel < panels; panel++)
        {
            for (int position = 0; position < order.Length; position++)
            {
                if (order[position] != WordWindows.Filler)
                {
                    new ReadOnlySpan<sbyte>(weights + (panel * groups + order[position]) * GroupBytes, GroupBytes)
                        .CopyTo(new Span<sbyte>(ordered + (panel * order.Length + position) * GroupBytes, GroupBytes));
                }
            }
        }

        return ordered;
    }

    /// <summary>What of a block does not depend on where its input lies.</summary>
    private sealed class PackedBlock
    {
        /// <summary>The groups of products in the order in which they are added, as the planner of 16-bit sums has them.</summary>
        public required int[] Order { get; init; }

        public required int FirstQuad { get; init; }

        public required int Quads { get; init; }

        public required sbyte* Weights { get; init; }

        public required int* Start { get; init; }

        public required float* Multipliers { get; init; }

        public required int WideningPeriod { get; init; }

        public required int Panels { get; init; }

        public required int FirstChannel { get; init; }
    }
}
