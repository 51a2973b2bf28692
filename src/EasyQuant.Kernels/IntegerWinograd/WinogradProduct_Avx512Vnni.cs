using System.ComponentModel;
using System.Runtime.InteropServices;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>VPDPWSSD over 512 bits as machine code: up to fourteen tiles by one or two panels at a time. Functions are made when they are first asked for.</summary>
/// <remarks>28 accumulators, two vectors of weights and two broadcasts are the 32 registers.</remarks>
internal static unsafe class WinogradProduct_Avx512Vnni
{
    private const int VectorBytes = 64;
    private const int MostRows = 14;

    private static readonly nint[] s_functions = new nint[WinogradTile.MostPanels * (MostRows + 1)];
    private static readonly Lock s_lock = new();

    public static string Isa => "avx512vnni";

    /// <summary>Why the kernel cannot be used here; null where it can.</summary>
    public static string? Refusal { get; } = Try();

    /// <summary>Computes all rows in tiles of nearly equal size.</summary>
    public static void Run(WinogradProduct* product)
    {
        WinogradProduct part = *product;
        for (nint tiles = (product->Rows + MostRows - 1) / MostRows, left = product->Rows; tiles > 0; tiles--)
        {
            nint rows = (left + tiles - 1) / tiles;
            ((delegate* unmanaged<WinogradProduct*, void>)Function((int)rows, (int)product->Panels))(&part);
            part.Values += rows * WinogradTile.ChunkChannels;
            part.Sums += rows * product->Panels * WinogradTile.PanelChannels;
            left -= rows;
        }
    }

    private static string? Try()
    {
        if (!Avx512Vnni.IsSupported)
        {
            return "the processor, or the runtime as it is set up, does not offer AVX512-VNNI";
        }

        try
        {
            Function(1, 1);
            return null;
        }
        catch (Win32Exception error)
        {
            return $"the system refuses executable memory ({error.Message})";
        }
    }

    private static nint Function(int rows, int panels)
    {
        ref nint place = ref s_functions[(panels - 1) * (MostRows + 1) + rows];
        nint function = Volatile.Read(ref place);
        if (function != 0)
        {
            return function;
        }

        lock (s_lock)
        {
            if (place == 0)
            {
                using MemoryStream code = new();
                Assembler assembler = new(64);
                new Emitter(assembler, rows, panels).EmitFunction();
                assembler.Assemble(new StreamCodeWriter(code), 0);
                Volatile.Write(ref place, ExecutableMemory.Publish(code.ToArray()));
            }

            return place;
        }
    }

    private sealed class Emitter(Assembler c, int rows, int panels)
    {
        private const int PairsOfChunk = WinogradTile.ChunkChannels / 2;
        private const int UnrolledPairs = 4;
        private const int PairBytes = 4;

        private readonly AssemblerRegister64 _product = rcx, _values = rax, _weights = rdx, _chunks = r8, _chunkStride = r9, _steps = r10;

        public void EmitFunction()
        {
            EmitPrologue();
            for (int i = 0; i < rows * panels; i++)
            {
                c.vpxord(Sum(i), Sum(i), Sum(i));
            }

            Label chunks = c.CreateLabel(), steps = c.CreateLabel();
            c.Label(ref chunks);
            c.mov(_steps, PairsOfChunk / UnrolledPairs);
            c.Label(ref steps);
            for (int pair = 0; pair < UnrolledPairs; pair++)
            {
                EmitPair(pair);
            }

            c.add(_values, UnrolledPairs * PairBytes);
            c.add(_weights, UnrolledPairs * panels * VectorBytes);
            c.dec(_steps);
            c.jnz(steps);
            c.add(_values, _chunkStride);
            c.dec(_chunks);
            c.jnz(chunks);
            c.mov(rdx, Field(nameof(WinogradProduct.Sums)));
            for (int i = 0; i < rows * panels; i++)
            {
                c.vmovdqu32(__zmmword_ptr[rdx + VectorBytes * i], Sum(i));
            }

            EmitEpilogue();
        }

        private void EmitPair(int pair)
        {
            for (int panel = 0; panel < panels; panel++)
            {
                c.vmovdqu32(Weights(panel), __zmmword_ptr[_weights + (pair * panels + panel) * VectorBytes]);
            }

            for (int row = 0; row < rows; row++)
            {
                AssemblerRegisterZMM values = row % 2 == 0 ? zmm30 : zmm31;
                c.vpbroadcastd(values, __dword_ptr[_values + (row * VectorBytes + pair * PairBytes)]);
                for (int panel = 0; panel < panels; panel++)
                {
                    c.vpdpwssd(Sum(row * panels + panel), values, Weights(panel));
                }
            }
        }

        // Only registers that a caller does not keep are used, but for Windows' vectors.
        private void EmitPrologue()
        {
            CallFrame.EmitEntry(c);
            if (!OperatingSystem.IsWindows())
            {
                c.mov(_product, rdi);
            }

            c.mov(_values, Field(nameof(WinogradProduct.Values)));
            c.mov(_weights, Field(nameof(WinogradProduct.Weights)));
            c.mov(_chunks, Field(nameof(WinogradProduct.Chunks)));
            c.mov(_chunkStride, Field(nameof(WinogradProduct.ChunkStride)));
            c.sub(_chunkStride, PairsOfChunk * PairBytes);
        }

        private void EmitEpilogue() => CallFrame.EmitReturn(c);

        private AssemblerMemoryOperand Field(string name) => __qword_ptr[_product + (int)Marshal.OffsetOf<WinogradProduct>(name)];

        private static AssemblerRegisterZMM Sum(int index) => new(Register.ZMM0 + index);

        private static AssemblerRegisterZMM Weights(int panel) => new(Register.ZMM28 + panel);
    }
}
