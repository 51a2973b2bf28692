using System.ComponentModel;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// VPDPBUSD over 512 bits, which .NET has no intrinsic for: up to twelve rows against two panels of sixteen positions at a
/// time, as machine code made when it is first used, one function for each number of rows.
/// </summary>
/// <remarks>
/// A group of four elements takes its offset, two loads of panels and a broadcast for each row, against two products for each
/// row: loads stay below the two that a cycle can do. 24 accumulators, two vectors of panels and two broadcasts fill 28 of the 32 registers.
/// </remarks>
internal static unsafe class ProductStripU8S8_12x32k4_Avx512Vnni
{
    private const int VectorBytes = 64;

    private static readonly Lazy<(nint[] Functions, string? Refusal)> s_code = new(Make);

    public static string Isa => "avx512vnni";

    /// <summary>Why the kernel cannot be used here; null where it can.</summary>
    public static string? Refusal => s_code.Value.Refusal;

    public static void Run(ProductStrip* strip) =>
        ((delegate* unmanaged<ProductStrip*, void>)s_code.Value.Functions[strip->RowCount - 1])(strip);

    private static (nint[] Functions, string? Refusal) Make()
    {
        if (!Avx512Vnni.IsSupported)
        {
            return ([], "the processor, or the runtime as it is set up, does not offer AVX512-VNNI");
        }

        try
        {
            return (Publish(), null);
        }
        catch (Win32Exception error)
        {
            return ([], $"the system refuses executable memory ({error.Message})");
        }
    }

    private static nint[] Publish()
    {
        using MemoryStream code = new();
        nint[] offsets = new nint[ProductStrip.MostRows];
        for (int rows = 1; rows <= offsets.Length; rows++)
        {
            code.SetLength((code.Length + VectorBytes - 1) / VectorBytes * VectorBytes);
            code.Position = offsets[rows - 1] = (nint)code.Length;
            Assembler assembler = new(64);
            new Emitter(assembler, rows).EmitFunction();
            assembler.Assemble(new StreamCodeWriter(code), 0);
        }

        nint memory = ExecutableMemory.Publish(code.ToArray());
        return [.. offsets.Select(offset => memory + offset)];
    }

    private sealed class Emitter(Assembler c, int rows)
    {
        private static readonly AssemblerRegister64[] s_saved = [rbx, rsi, rdi, r12, r13, r14, r15];

        private readonly AssemblerRegister64 _strip = rdi, _base = rsi, _offsets = rdx, _group = r15, _panelsLeft = rbx, _groupsLeft = rcx;
        private readonly AssemblerRegister64 _rowStride = r11, _threeRowStrides = rax, _output = r12, _outputStride = r13, _start = r14;
        private readonly AssemblerRegister64[] _rows = [r8, r9, r10];

        public void EmitFunction()
        {
            EmitPrologue();
            Label pairs = c.CreateLabel(), last = c.CreateLabel(), end = c.CreateLabel();
            c.Label(ref pairs);
            c.cmp(_panelsLeft, 2);
            c.jl(last);
            EmitTile(panels: 2);
            c.sub(_panelsLeft, 2);
            c.jmp(pairs);
            c.Label(ref last);
            c.test(_panelsLeft, _panelsLeft);
            c.jz(end);
            EmitTile(panels: 1);
            c.Label(ref end);
            EmitEpilogue();
        }

        private void EmitPrologue()
        {
            CallFrame.EmitEntry(c, s_saved);
            if (OperatingSystem.IsWindows())
            {
                c.mov(_strip, rcx);
            }

            c.mov(_base, Field(nameof(ProductStrip.Base)));
            c.mov(_panelsLeft, Field(nameof(ProductStrip.PanelCount)));
            c.mov(_rowStride, Field(nameof(ProductStrip.RowStride)));
            c.lea(_threeRowStrides, __[_rowStride + _rowStride * 2]);
            c.mov(_start, Field(nameof(ProductStrip.Start)));
            c.mov(_output, Field(nameof(ProductStrip.Output)));
            c.mov(_outputStride, Field(nameof(ProductStrip.OutputStride)));
            c.shl(_outputStride, 2);
        }

        private void EmitEpilogue() => CallFrame.EmitReturn(c, s_saved);

        // All rows over one or two panels; base and output then stand behind them.
        private void EmitTile(int panels)
        {
            for (int row = 0; row < rows; row++)
            {
                c.vpbroadcastd(Accumulator(row, 0), __dword_ptr[_start + 4 * row]);
                if (panels == 2)
                {
                    c.vmovdqa32(Accumulator(row, 1), Accumulator(row, 0));
                }
            }

            c.mov(_rows[0], Field(nameof(ProductStrip.Rows)));
            for (int quad = 1; quad < (rows + 3) / 4; quad++)
            {
                c.lea(_rows[quad], __[_rows[quad - 1] + _rowStride * 4]);
            }

            c.mov(_offsets, Field(nameof(ProductStrip.Offsets)));
            c.mov(_groupsLeft, Field(nameof(ProductStrip.Groups)));
            Label groups = c.CreateLabel();
            c.Label(ref groups);
            c.movsxd(_group, __dword_ptr[_offsets]);
            c.vmovdqu32(zmm0, __zmmword_ptr[_base + _group]);
            if (panels == 2)
            {
                c.vmovdqu32(zmm1, __zmmword_ptr[_base + _group + VectorBytes]);
            }

            for (int row = 0; row < rows; row++)
            {
                AssemblerRegisterZMM weights = row % 2 == 0 ? zmm2 : zmm3;
                c.vpbroadcastd(weights, RowElement(row));
                c.vpdpbusd(Accumulator(row, 0), zmm0, weights);
                if (panels == 2)
                {
                    c.vpdpbusd(Accumulator(row, 1), zmm1, weights);
                }
            }

            c.add(_offsets, 4);
            for (int quad = 0; quad < (rows + 3) / 4; quad++)
            {
                c.add(_rows[quad], 4);
            }

            c.dec(_groupsLeft);
            c.jnz(groups);
            EmitStores(panels);
        }

        private void EmitStores(int panels)
        {
            c.mov(r15, _output);
            for (int row = 0; row < rows; row++)
            {
                for (int panel = 0; panel < panels; panel++)
                {
                    c.vmovdqu32(__zmmword_ptr[r15 + VectorBytes * panel], Accumulator(row, panel));
                }

                c.add(r15, _outputStride);
            }

            c.add(_output, VectorBytes * panels);
            c.add(_base, VectorBytes * panels);
        }

        private AssemblerMemoryOperand Field(string name) => __qword_ptr[_strip + (int)System.Runtime.InteropServices.Marshal.OffsetOf<ProductStrip>(name)];

        private AssemblerMemoryOperand RowElement(int row) => (row % 4) switch
        {
            0 => __dword_ptr[_rows[row / 4]],
            1 => __dword_ptr[_rows[row / 4] + _rowStride],
            2 => __dword_ptr[_rows[row / 4] + _rowStride * 2],
            _ => __dword_ptr[_rows[row / 4] + _threeRowStrides],
        };

        private static AssemblerRegisterZMM Accumulator(int row, int panel) => new(Register.ZMM4 + 2 * row + panel);

    }
}
