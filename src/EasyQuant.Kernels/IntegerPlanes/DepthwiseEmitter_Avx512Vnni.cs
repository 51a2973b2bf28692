using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.MachineCode;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Writes the functions of <see cref="DepthwiseRowU8S8_1x64k4_Avx512Vnni"/>.</summary>
/// <remarks>
/// Registers: zmm0 … 7 taps and quads; 8 … 10 zero point and limits; 12 … 15 the sums of the position after the next;
/// 16 … 19 the sums of the next one; 20 … 31 the weights of three columns, where columns are shared.
/// </remarks>
internal sealed class DepthwiseEmitter_Avx512Vnni(Assembler c, DepthwiseSharing sharing, int parts, bool signed)
{
    private const int VectorBytes = 64;
    private const int Vectors = 4;
    private const int GroupBytes = Vectors * VectorBytes;
    private const int MultipliersAt = GroupBytes;
    private const int WeightsAt = 2 * GroupBytes;
    private const int Next = 16;
    private const int AfterNext = 12;
    private const int Columns = 3;

    private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];
    private static readonly AssemblerRegister64[] s_taps = [r8, r9, r10, r11];

    private readonly AssemblerRegister64 _blocks = rdi, _parameters = rsi, _output = rdx, _left = rcx;
    private readonly AssemblerRegister64 _at = rax, _inputStride = rbx, _distance = r12, _threeDistances = r13, _address = r14, _outputStride = r15;
    private readonly AssemblerRegister64 _columnOrOffsets = rbp;

    public void EmitFunction()
    {
        EmitPrologue();
        Label blocks = c.CreateLabel();
        c.Label(ref blocks);
        c.mov(_output, Field(nameof(DepthwiseBlocks.Output)));
        c.mov(_left, Field(nameof(DepthwiseBlocks.Positions)));
        switch (sharing)
        {
            case DepthwiseSharing.TwoColumns:
                EmitStepsOfOne();
                break;
            case DepthwiseSharing.OneColumn:
                EmitStepsOfTwo();
                break;
            default:
                EmitPositions();
                break;
        }

        c.add(Field(nameof(DepthwiseBlocks.Input)), VectorBytes);
        c.add(Field(nameof(DepthwiseBlocks.Output)), VectorBytes);
        c.add(_parameters, Field(nameof(DepthwiseBlocks.ParameterStride)));
        c.dec(Field(nameof(DepthwiseBlocks.Count)));
        c.jnz(blocks);
        EmitEpilogue();
    }

    // Every position on its own, group by group.
    private void EmitPositions()
    {
        AssemblerRegister64 offsets = _columnOrOffsets, groupsLeft = r9, weights = r10, input = r8;
        c.mov(input, Field(nameof(DepthwiseBlocks.Input)));
        Label positions = c.CreateLabel(), groups = c.CreateLabel();
        c.Label(ref positions);
        EmitStart(Next);
        c.mov(offsets, Field(nameof(DepthwiseBlocks.Offsets)));
        c.mov(groupsLeft, Field(nameof(DepthwiseBlocks.Groups)));
        c.lea(weights, __[_parameters + WeightsAt]);
        c.Label(ref groups);
        for (int tap = 0; tap < 4; tap++)
        {
            c.movsxd(_address, __dword_ptr[offsets + 4 * tap]);
            c.add(_address, input);
            EmitLoad(tap);
        }

        EmitQuads();
        for (int vector = 0; vector < Vectors; vector++)
        {
            c.vpdpbusd(Zmm(Next + vector), Zmm(vector), __zmmword_ptr[weights + VectorBytes * vector]);
        }

        c.add(offsets, 16);
        c.add(weights, GroupBytes);
        c.dec(groupsLeft);
        c.jnz(groups);
        EmitStore();
        c.add(input, _inputStride);
        c.dec(_left);
        c.jnz(positions);
    }

    // A new column is the last of one position, the middle of the next and the first of the one after it.
    private void EmitStepsOfOne()
    {
        EmitColumnPrologue();
        EmitColumn(shifted: false);
        EmitStart(Next);
        EmitProducts(Next, column: 0);
        c.add(_at, _inputStride);
        EmitColumn(shifted: false);
        EmitProducts(Next, column: 1);
        EmitStart(AfterNext);
        EmitProducts(AfterNext, column: 0);
        Label positions = c.CreateLabel();
        c.Label(ref positions);
        c.add(_at, _inputStride);
        EmitColumn(shifted: false);
        EmitProducts(Next, column: 2);
        EmitStore();
        for (int vector = 0; vector < Vectors; vector++)
        {
            c.vmovdqa32(Zmm(Next + vector), Zmm(AfterNext + vector));
        }

        EmitProducts(Next, column: 1);
        EmitStart(AfterNext);
        EmitProducts(AfterNext, column: 0);
        c.dec(_left);
        c.jnz(positions);
    }

    // Of two new columns one is the middle of a position; the other is its last and the first of the next.
    private void EmitStepsOfTwo()
    {
        EmitColumnPrologue();
        EmitColumn(shifted: false);
        EmitStart(Next);
        EmitProducts(Next, column: 0);
        Label positions = c.CreateLabel();
        c.Label(ref positions);
        EmitColumn(shifted: true);
        EmitProducts(Next, column: 1);
        c.add(_at, _inputStride);
        EmitColumn(shifted: false);
        EmitProducts(Next, column: 2);
        EmitStore();
        EmitStart(Next);
        EmitProducts(Next, column: 0);
        c.dec(_left);
        c.jnz(positions);
    }

    private void EmitColumnPrologue()
    {
        c.mov(_address, Field(nameof(DepthwiseBlocks.Offsets)));
        for (int tap = 0; tap < 4; tap++)
        {
            c.movsxd(s_taps[tap], __dword_ptr[_address + 4 * tap]);
            c.add(s_taps[tap], Field(nameof(DepthwiseBlocks.Input)));
        }

        c.mov(_columnOrOffsets, Field(nameof(DepthwiseBlocks.ColumnStride)));
        c.xor(_at, _at);
        for (int i = 0; i < Columns * Vectors; i++)
        {
            c.vmovdqu32(Zmm(20 + i), __zmmword_ptr[_parameters + WeightsAt + VectorBytes * i]);
        }
    }

    private void EmitColumn(bool shifted)
    {
        for (int tap = 0; tap < 4; tap++)
        {
            c.lea(_address, __[s_taps[tap] + _at]);
            if (shifted)
            {
                c.add(_address, _columnOrOffsets);
            }

            EmitLoad(tap);
        }

        EmitQuads();
    }

    private void EmitProducts(int sums, int column)
    {
        for (int vector = 0; vector < Vectors; vector++)
        {
            c.vpdpbusd(Zmm(sums + vector), Zmm(vector), Zmm(20 + Vectors * column + vector));
        }
    }

    private void EmitStart(int sums)
    {
        for (int vector = 0; vector < Vectors; vector++)
        {
            c.vmovdqu32(Zmm(sums + vector), __zmmword_ptr[_parameters + VectorBytes * vector]);
        }
    }

    private void EmitLoad(int register)
    {
        switch (parts)
        {
            case 1:
                c.vmovdqu32(Zmm(register), __zmmword_ptr[_address]);
                break;
            case 2:
                c.vmovdqu32(Ymm(register), __ymmword_ptr[_address]);
                c.vinserti64x4(Zmm(register), Zmm(register), __ymmword_ptr[_address + _distance], 1);
                break;
            default:
                c.vmovdqu32(Xmm(register), __xmmword_ptr[_address]);
                c.vinserti32x4(Zmm(register), Zmm(register), __xmmword_ptr[_address + _distance], 1);
                c.vinserti32x4(Zmm(register), Zmm(register), __xmmword_ptr[_address + _distance * 2], 2);
                c.vinserti32x4(Zmm(register), Zmm(register), __xmmword_ptr[_address + _threeDistances], 3);
                break;
        }
    }

    // zmm0 … 3, four taps, to quads: lane L of zmm j holds the taps of channels 16L + 4j … 16L + 4j + 3.
    private void EmitQuads()
    {
        c.vpunpcklbw(zmm4, zmm0, zmm1);
        c.vpunpcklbw(zmm6, zmm2, zmm3);
        c.vpunpckhbw(zmm5, zmm0, zmm1);
        c.vpunpckhbw(zmm7, zmm2, zmm3);
        c.vpunpcklwd(zmm0, zmm4, zmm6);
        c.vpunpckhwd(zmm1, zmm4, zmm6);
        c.vpunpcklwd(zmm2, zmm5, zmm7);
        c.vpunpckhwd(zmm3, zmm5, zmm7);
    }

    // The packs put the channels back into order. Quads stay in zmm0 … 3.
    private void EmitStore()
    {
        for (int vector = 0; vector < Vectors; vector++)
        {
            c.vcvtdq2ps(Zmm(Next + vector), Zmm(Next + vector));
            c.vmulps(Zmm(Next + vector), Zmm(Next + vector), __zmmword_ptr[_parameters + MultipliersAt + VectorBytes * vector]);
            c.vcvtps2dq(Zmm(Next + vector), Zmm(Next + vector));
        }

        c.vpackssdw(zmm4, Zmm(Next), Zmm(Next + 1));
        c.vpackssdw(zmm5, Zmm(Next + 2), Zmm(Next + 3));
        c.vpaddsw(zmm4, zmm4, zmm8);
        c.vpaddsw(zmm5, zmm5, zmm8);
        if (signed)
        {
            c.vpacksswb(zmm4, zmm4, zmm5);
            c.vpmaxsb(zmm4, zmm4, zmm9);
            c.vpminsb(zmm4, zmm4, zmm10);
        }
        else
        {
            c.vpackuswb(zmm4, zmm4, zmm5);
            c.vpmaxub(zmm4, zmm4, zmm9);
            c.vpminub(zmm4, zmm4, zmm10);
        }

        EmitStoreParts();
        c.add(_output, _outputStride);
    }

    private void EmitStoreParts()
    {
        if (parts == 1)
        {
            c.vmovdqu32(__zmmword_ptr[_output], zmm4);
            return;
        }

        c.mov(_address, Field(nameof(DepthwiseBlocks.OutputDistance)));
        if (parts == 2)
        {
            c.vmovdqu32(__ymmword_ptr[_output], ymm4);
            c.vextracti64x4(__ymmword_ptr[_output + _address], zmm4, 1);
            return;
        }

        c.vmovdqu32(__xmmword_ptr[_output], xmm4);
        c.vextracti32x4(__xmmword_ptr[_output + _address], zmm4, 1);
        c.vextracti32x4(__xmmword_ptr[_output + _address * 2], zmm4, 2);
        c.lea(_address, __[_address + _address * 2]);
        c.vextracti32x4(__xmmword_ptr[_output + _address], zmm4, 3);
    }

    private void EmitPrologue()
    {
        CallFrame.EmitEntry(c, s_saved);
        if (OperatingSystem.IsWindows())
        {
            c.mov(_blocks, rcx);
        }

        c.mov(_address, Field(nameof(DepthwiseBlocks.Grid)));
        c.vmovdqu32(zmm8, __zmmword_ptr[_address + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.ZeroPoint))]);
        c.vmovdqu32(zmm9, __zmmword_ptr[_address + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.Minimum))]);
        c.vmovdqu32(zmm10, __zmmword_ptr[_address + (int)Marshal.OffsetOf<OutputGrid>(nameof(OutputGrid.Maximum))]);
        c.mov(_parameters, Field(nameof(DepthwiseBlocks.Parameters)));
        c.mov(_inputStride, Field(nameof(DepthwiseBlocks.InputStride)));
        c.mov(_outputStride, Field(nameof(DepthwiseBlocks.OutputStride)));
        c.mov(_distance, Field(nameof(DepthwiseBlocks.InputDistance)));
        c.lea(_threeDistances, __[_distance + _distance * 2]);
    }

    private void EmitEpilogue() => CallFrame.EmitReturn(c, s_saved);

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<DepthwiseBlocks>(name)];

    private static AssemblerRegisterZMM Zmm(int number) => new(Register.ZMM0 + number);

    private static AssemblerRegisterYMM Ymm(int number) => new(Register.YMM0 + number);

    private static AssemblerRegisterXMM Xmm(int number) => new(Register.XMM0 + number);
}
