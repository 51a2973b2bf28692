using System.ComponentModel;
using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// VPDPBUSD over 512 bits as machine code: four taps of 64 bytes at a time, interleaved into quads; one position by 64 channels,
/// two by 32 or four by sixteen. Three columns of up to four taps that neighbouring positions share are interleaved once.
/// </summary>
internal static unsafe class DepthwiseRowU8S8_1x64k4_Avx512Vnni
{
    private const int VectorBytes = 64;

    // Blocks of a whole vector, half of one and a quarter.
    private const int Widths = 3;
    private static readonly nint[] s_functions = new nint[Enum.GetValues<DepthwiseSharing>().Length * Widths * 2];
    private static readonly Lock s_lock = new();

    public static string Isa => "avx512vnni";

    /// <summary>Why the kernel cannot be used here; null where it can.</summary>
    public static string? Refusal { get; } = Try();

    /// <summary>Computes a row, block of channels by block.</summary>
    public static void Run(DepthwiseRow* row)
    {
        DepthwiseSharing sharing = DepthwiseColumns.SharingOf(row);
        DepthwiseBlocks blocks = new()
        {
            Input = row->Input,
            InputStride = row->InputStride,
            Offsets = row->Offsets,
            Groups = row->OffsetCount / DepthwiseColumns.Taps,
            ColumnStride = row->OffsetCount > DepthwiseColumns.Taps ? row->Offsets[DepthwiseColumns.Taps] - row->Offsets[0] : 0,
            Parameters = row->Parameters,
            ParameterStride = DepthwiseLayout.BlockBytes(VectorBytes, row->OffsetCount, sizeof(sbyte)),
            Output = row->Output,
            OutputStride = row->OutputStride,
            Grid = row->Grid,
        };
        for (nint left = row->Channels; left > 0;)
        {
            int width = DepthwiseLayout.BlockChannels(VectorBytes, left);
            int parts = VectorBytes / width;

            // Parts of the row side by side, equally far from each other; where the division leaves a rest, they overlap.
            nint distance = parts == 1 ? 0 : row->Positions / parts;
            nint count = parts == 1 ? left / VectorBytes : 1;
            DepthwiseBlocks run = blocks;
            run.Count = count;
            run.Positions = row->Positions - (parts - 1) * distance;
            run.InputDistance = distance * row->InputStride;
            run.OutputDistance = distance * row->OutputStride;
            ((delegate* unmanaged<DepthwiseBlocks*, void>)Function(sharing, parts, row->Grid->Signed))(&run);
            left -= count * width;
            blocks.Input += count * width;
            blocks.Output += count * width;
            blocks.Parameters += count * blocks.ParameterStride;
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
            Function(DepthwiseSharing.None, 1, signed: false);
            return null;
        }
        catch (Win32Exception error)
        {
            return $"the system refuses executable memory ({error.Message})";
        }
    }

    private static nint Function(DepthwiseSharing sharing, int parts, bool signed)
    {
        int index = ((int)sharing * Widths + parts / 2) * 2 + (signed ? 1 : 0);
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
                new DepthwiseEmitter_Avx512Vnni(assembler, sharing, parts, signed).EmitFunction();
                assembler.Assemble(new StreamCodeWriter(code), 0);
                Volatile.Write(ref s_functions[index], ExecutableMemory.Publish(code.ToArray()));
            }

            return s_functions[index];
        }
    }
}

/// <summary>The arguments of the machine code, blocks of equal width; it reads and counts them at their offsets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DepthwiseBlocks
{
    /// <summary>How many blocks, at least one; more than one only of whole vectors.</summary>
    public nint Count;

    /// <summary>The first block's first channel of the first position at offset 0.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>Bytes between the parts of the row that lie side by side in a vector.</summary>
    public nint InputDistance;

    /// <summary>Where each tap lies, four of a group side by side.</summary>
    public int* Offsets;

    /// <summary>How many groups, at least one.</summary>
    public nint Groups;

    /// <summary>Bytes from the first group's taps to the second's.</summary>
    public nint ColumnStride;

    /// <summary>The first block's parameters, see <see cref="DepthwiseLayout"/>.</summary>
    public byte* Parameters;

    /// <summary>Bytes from block to block of the parameters.</summary>
    public nint ParameterStride;

    /// <summary>Where the first position goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>Bytes between the parts of the output.</summary>
    public nint OutputDistance;

    /// <summary>How many positions a part has, at least one.</summary>
    public nint Positions;

    /// <summary>Zero point and limits of the output.</summary>
    public OutputGrid* Grid;
}
