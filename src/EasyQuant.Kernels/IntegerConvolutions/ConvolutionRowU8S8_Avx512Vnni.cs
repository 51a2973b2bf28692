using System.ComponentModel;
using System.Runtime.InteropServices;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>
/// VPDPBUSD over 512 bits as machine code: tiles of up to sixteen positions by one to four panels, sums and requantization
/// without leaving the registers. Functions are made for the tile that is asked for, when it first is.
/// </summary>
/// <remarks>
/// With N panels a group of four elements takes N loads of weights and a broadcast for each position, against N products for
/// each position. R · N accumulators, N vectors of weights and two broadcasts fill the 32 registers.
/// </remarks>
internal static unsafe class ConvolutionRowU8S8_Avx512Vnni
{
    private const int VectorBytes = 64;

    private static readonly nint[] s_functions = new nint[OutputForms * ConvolutionRow.MostPanels * (MostPositions + 1)];
    private static readonly Lock s_lock = new();

    // Of one to four panels: as many positions as leave room for weights and broadcasts.
    private static readonly int[] s_tilePositions = [0, MostPositions, 14, 9, 6];

    private const int MostPositions = 16;

    // Each form with and without an addition; sums of reals do not occur.
    private const int OutputForms = 6;

    public static string Isa => "avx512vnni";

    /// <summary>Why the kernel cannot be used here; null where it can.</summary>
    public static string? Refusal { get; } = Try();

    /// <summary>Computes a row in tiles of nearly equal size.</summary>
    public static void Run(ConvolutionRow* row)
    {
        int most = s_tilePositions[row->Panels];
        nint tiles = (row->Positions + most - 1) / most;
        nint small = row->Positions / tiles, large = row->Positions - small * tiles;
        ConvolutionRow part = *row;
        if (part.SoonWeights == null)
        {
            part.SoonWeights = part.SoonEnd = part.Weights;
        }

        if (large > 0)
        {
            RunTiles(&part, (int)small + 1, large);
            part.Input += large * (small + 1) * row->InputStride;
            part.Output += large * (small + 1) * row->OutputStride;
            part.Addend += large * (small + 1) * row->AddendStride;
        }

        if (tiles > large)
        {
            RunTiles(&part, (int)small, tiles - large);
        }
    }

    // The field that counts positions counts tiles from here on.
    private static void RunTiles(ConvolutionRow* row, int positions, nint tiles)
    {
        ConvolutionRow scratch = *row;
        scratch.Positions = tiles;
        ((delegate* unmanaged<ConvolutionRow*, void>)Function(positions, (int)row->Panels, FormOf(row->Grid), row->Residual != null))(&scratch);
    }

    private static OutputForm FormOf(OutputGrid* grid) => grid == null ? OutputForm.Real : grid->Signed ? OutputForm.Signed : OutputForm.Unsigned;

    private static string? Try()
    {
        if (!Avx512Vnni.IsSupported)
        {
            return "the processor, or the runtime as it is set up, does not offer AVX512-VNNI";
        }

        try
        {
            Function(1, 1, OutputForm.Unsigned, adds: false);
            return null;
        }
        catch (Win32Exception error)
        {
            return $"the system refuses executable memory ({error.Message})";
        }
    }

    private static nint Function(int positions, int panels, OutputForm form, bool adds)
    {
        int index = ((2 * (int)form + (adds ? 1 : 0)) * ConvolutionRow.MostPanels + panels - 1) * (MostPositions + 1) + positions;
        nint function = Volatile.Read(ref s_functions[index]);
        if (function != 0)
        {
            return function;
        }

        lock (s_lock)
        {
            if (s_functions[index] == 0)
            {
                using MemoryStream code = new();
                Assembler assembler = new(64);
                new Emitter(assembler, positions, panels, form, adds).EmitFunction();
                assembler.Assemble(new StreamCodeWriter(code), 0);
                Volatile.Write(ref s_functions[index], ExecutableMemory.Publish(code.ToArray()));
            }

            return s_functions[index];
        }
    }

    private sealed class Emitter(Assembler c, int positions, int panels, OutputForm form, bool adds)
    {
        private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

        private readonly AssemblerRegister64 _row = rdi, _weights = rsi, _offsets = rdx, _groupsLeft = rcx, _group = r15, _address = r14;
        private readonly AssemblerRegister64 _inputStride = rax, _threeInputStrides = rbx, _panelStride = r12, _threePanelStrides = r13;
        private readonly AssemblerRegister64[] _inputs = [r8, r9, r10, r11];
        private readonly AssemblerRegister64 _soon = rbp;

        private int Quads => (positions + 3) / 4;

        public void EmitFunction()
        {
            EmitPrologue();
            Label tiles = c.CreateLabel();
            c.Label(ref tiles);
            EmitSums();
            EmitRequantization();
            c.dec(Field(nameof(ConvolutionRow.Positions)));
            c.jnz(tiles);
            EmitEpilogue();
        }

        private void EmitPrologue()
        {
            CallFrame.EmitEntry(c, s_saved);
            if (OperatingSystem.IsWindows())
            {
                c.mov(_row, rcx);
            }

            c.mov(_soon, Field(nameof(ConvolutionRow.SoonWeights)));
            c.mov(_inputs[0], Field(nameof(ConvolutionRow.Input)));
            c.mov(_inputStride, Field(nameof(ConvolutionRow.InputStride)));
            c.lea(_threeInputStrides, __[_inputStride + _inputStride * 2]);
            c.mov(_panelStride, Field(nameof(ConvolutionRow.PanelStride)));
            c.lea(_threePanelStrides, __[_panelStride + _panelStride * 2]);
            for (int quad = 1; quad < Quads; quad++)
            {
                c.lea(_inputs[quad], __[_inputs[quad - 1] + _inputStride * 4]);
            }

            if (panels == 3)
            {
                c.mov(r14, (1L << 48) - 1);
                c.kmovq(k1, r14);
            }
        }

        private void EmitEpilogue() => CallFrame.EmitReturn(c, s_saved);

        private void EmitSums()
        {
            c.mov(_address, Field(nameof(ConvolutionRow.Start)));
            for (int panel = 0; panel < panels; panel++)
            {
                c.vmovdqu32(Sum(0, panel), __zmmword_ptr[_address + VectorBytes * panel]);
                for (int position = 1; position < positions; position++)
                {
                    c.vmovdqa32(Sum(position, panel), Sum(0, panel));
                }
            }

            c.mov(_offsets, Field(nameof(ConvolutionRow.Offsets)));
            c.mov(_groupsLeft, Field(nameof(ConvolutionRow.Groups)));
            c.mov(_weights, Field(nameof(ConvolutionRow.Weights)));
            Label groups = c.CreateLabel();
            c.Label(ref groups);
            c.movsxd(_group, __dword_ptr[_offsets]);
            c.prefetcht1(__byte_ptr[_soon]);
            for (int panel = 0; panel < panels; panel++)
            {
                c.vmovdqu32(Weights(panel), PanelWeights(panel));
            }

            for (int position = 0; position < positions; position++)
            {
                if (position % 4 == 0)
                {
                    c.lea(_address, __[_inputs[position / 4] + _group]);
                }

                AssemblerRegisterZMM elements = position % 2 == 0 ? zmm0 : zmm1;
                c.vpbroadcastd(elements, PositionElements(position));
                for (int panel = 0; panel < panels; panel++)
                {
                    c.vpdpbusd(Sum(position, panel), elements, Weights(panel));
                }
            }

            c.add(_offsets, 4);
            c.add(_weights, VectorBytes);
            c.add(_soon, VectorBytes);
            c.dec(_groupsLeft);
            c.jnz(groups);

            // Then there is nothing more to fetch, and what is there already costs nothing.
            c.cmp(_soon, Field(nameof(ConvolutionRow.SoonEnd)));
            c.cmovae(_soon, Field(nameof(ConvolutionRow.Weights)));

            // The next tile begins behind the last position of this one.
            c.mov(_address, _inputStride);
            c.imul(_address, _address, positions);
            for (int quad = 0; quad < Quads; quad++)
            {
                c.add(_inputs[quad], _address);
            }
        }

        // Sums to bytes: in each 128-bit lane the packs leave four channels of every panel, which one permutation puts in order.
        private void EmitRequantization()
        {
            AssemblerRegister64 output = rdx, outputStride = rcx, grid = r15, addend = rsi;
            AssemblerRegisterZMM order = zmm1;
            c.mov(_address, Field(nameof(ConvolutionRow.Multipliers)));
            for (int panel = 0; panel < panels; panel++)
            {
                c.vmovups(Weights(panel), __zmmword_ptr[_address + VectorBytes * panel]);
            }

            c.mov(output, Field(nameof(ConvolutionRow.Output)));
            c.mov(outputStride, Field(nameof(ConvolutionRow.OutputStride)));
            if (form == OutputForm.Real)
            {
                EmitReals(output, outputStride);
                return;
            }

            c.mov(_address, Order);
            c.vmovdqu32(order, __zmmword_ptr[_address]);
            c.mov(grid, Field(nameof(ConvolutionRow.Grid)));
            if (adds)
            {
                c.mov(_address, Field(nameof(ConvolutionRow.Residual)));
                c.mov(addend, Field(nameof(ConvolutionRow.Addend)));
            }

            for (int position = 0; position < positions; position++)
            {
                for (int panel = 0; panel < panels; panel++)
                {
                    AssemblerRegisterZMM sum = Sum(position, panel);
                    c.vcvtdq2ps(sum, sum);
                    c.vmulps(sum, sum, Weights(panel));
                    if (adds)
                    {
                        EmitAddition(sum, __xmmword_ptr[addend + ConvolutionRow.PanelChannels * panel]);
                    }

                    c.vcvtps2dq(sum, sum);
                }

                if (adds)
                {
                    c.add(addend, Field(nameof(ConvolutionRow.AddendStride)));
                }

                AssemblerRegisterZMM low = Sum(position, 0), high = low;
                c.vpackssdw(low, low, panels > 1 ? Sum(position, 1) : low);
                c.vpaddsw(low, low, __zmmword_ptr[grid + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.ZeroPoint))]);
                if (panels > 2)
                {
                    high = Sum(position, 2);
                    c.vpackssdw(high, high, panels > 3 ? Sum(position, 3) : high);
                    c.vpaddsw(high, high, __zmmword_ptr[grid + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.ZeroPoint))]);
                }

                AssemblerMemoryOperand minimum = __zmmword_ptr[grid + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.Minimum))];
                AssemblerMemoryOperand maximum = __zmmword_ptr[grid + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.Maximum))];
                if (form == OutputForm.Signed)
                {
                    c.vpacksswb(low, low, high);
                    c.vpmaxsb(low, low, minimum);
                    c.vpminsb(low, low, maximum);
                }
                else
                {
                    c.vpackuswb(low, low, high);
                    c.vpmaxub(low, low, minimum);
                    c.vpminub(low, low, maximum);
                }

                c.vpermd(low, order, low);
                EmitStore(low, output);
                c.add(output, outputStride);
            }

            c.mov(Field(nameof(ConvolutionRow.Output)), output);
            if (adds)
            {
                c.mov(Field(nameof(ConvolutionRow.Addend)), addend);
            }
        }

        // Of products with sixteen bytes, both in steps of the sum.
        private void EmitAddition(AssemblerRegisterZMM sum, AssemblerMemoryOperand bytes)
        {
            const byte toNearestEven = 8;
            AssemblerRegisterZMM addend = zmm0;
            c.vpmovzxbd(addend, bytes);
            c.vrndscaleps(sum, sum, toNearestEven);
            c.vcvtdq2ps(addend, addend);
            c.vmaxps(sum, sum, ResidualField(nameof(ResidualAdd.Minimum)));
            c.vsubps(addend, addend, ResidualField(nameof(ResidualAdd.AddendZeroPoint)));
            c.vminps(sum, sum, ResidualField(nameof(ResidualAdd.Maximum)));
            c.vmulps(addend, addend, ResidualField(nameof(ResidualAdd.AddendMultiplier)));
            c.vmulps(sum, sum, ResidualField(nameof(ResidualAdd.Multiplier)));
            c.vaddps(sum, sum, addend);
        }

        private void EmitReals(AssemblerRegister64 output, AssemblerRegister64 outputStride)
        {
            for (int position = 0; position < positions; position++)
            {
                for (int panel = 0; panel < panels; panel++)
                {
                    AssemblerRegisterZMM sum = Sum(position, panel);
                    c.vcvtdq2ps(sum, sum);
                    c.vmulps(sum, sum, Weights(panel));
                    c.vmovups(__zmmword_ptr[output + VectorBytes * panel], sum);
                }

                c.add(output, outputStride);
            }

            c.mov(Field(nameof(ConvolutionRow.Output)), output);
        }

        private void EmitStore(AssemblerRegisterZMM bytes, AssemblerRegister64 output)
        {
            Register number = bytes.Value;
            switch (panels)
            {
                case 1:
                    c.vmovdqu32(__xmmword_ptr[output], new AssemblerRegisterXMM(Register.XMM0 + (number - Register.ZMM0)));
                    break;
                case 2:
                    c.vmovdqu32(__ymmword_ptr[output], new AssemblerRegisterYMM(Register.YMM0 + (number - Register.ZMM0)));
                    break;
                case 3:
                    c.vmovdqu8(__zmmword_ptr[output].k1, bytes);
                    break;
                default:
                    c.vmovdqu32(__zmmword_ptr[output], bytes);
                    break;
            }
        }

        private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<ConvolutionRow>(name)];

        private AssemblerMemoryOperand ResidualField(string name) => __dword_bcst[_address + (int)Marshal.OffsetOf<ResidualAdd>(name)];

        private AssemblerMemoryOperand PanelWeights(int panel) => panel switch
        {
            0 => __zmmword_ptr[_weights],
            1 => __zmmword_ptr[_weights + _panelStride],
            2 => __zmmword_ptr[_weights + _panelStride * 2],
            _ => __zmmword_ptr[_weights + _threePanelStrides],
        };

        private AssemblerMemoryOperand PositionElements(int position) => (position % 4) switch
        {
            0 => __dword_ptr[_address],
            1 => __dword_ptr[_address + _inputStride],
            2 => __dword_ptr[_address + _inputStride * 2],
            _ => __dword_ptr[_address + _threeInputStrides],
        };

        private static AssemblerRegisterZMM Weights(int panel) => new(Register.ZMM2 + panel);

        private AssemblerRegisterZMM Sum(int position, int panel) => new(Register.ZMM2 + panels + position * panels + panel);

        // Sixteen indices: double word 4i + v of the packed bytes holds channels 4i … 4i + 3 of panel v.
        private static long Order { get; } = MakeOrder();

        private static long MakeOrder()
        {
            int* order = (int*)NativeMemory.AlignedAlloc(VectorBytes, VectorBytes);
            for (int i = 0; i < 16; i++)
            {
                order[i] = i % 4 * 4 + i / 4;
            }

            return (long)order;
        }
    }
}
