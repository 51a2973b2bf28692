using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace EasyQuant.Kernels.MachineCode;

/// <summary>How a function of machine code begins and ends: what callers expect to find unchanged is kept on the stack.</summary>
internal static class CallFrame
{
    // Windows' convention keeps XMM6 to XMM15, that of the other systems no vector.
    private const int FirstKeptVector = 6;
    private const int KeptVectors = 10;
    private const int VectorBytes = 16;

    /// <summary>Keeps the registers named, and the vectors that the system's convention keeps. Arguments stay where they are.</summary>
    public static void EmitEntry(Assembler c, params ReadOnlySpan<AssemblerRegister64> saved)
    {
        foreach (AssemblerRegister64 register in saved)
        {
            c.push(register);
        }

        if (OperatingSystem.IsWindows())
        {
            c.sub(rsp, VectorBytes * KeptVectors);
            for (int i = 0; i < KeptVectors; i++)
            {
                c.vmovups(__xmmword_ptr[rsp + VectorBytes * i], KeptVector(i));
            }
        }
    }

    /// <summary>Gives back what <see cref="EmitEntry"/> kept, and returns.</summary>
    public static void EmitReturn(Assembler c, params ReadOnlySpan<AssemblerRegister64> saved)
    {
        if (OperatingSystem.IsWindows())
        {
            for (int i = 0; i < KeptVectors; i++)
            {
                c.vmovups(KeptVector(i), __xmmword_ptr[rsp + VectorBytes * i]);
            }

            c.add(rsp, VectorBytes * KeptVectors);
        }

        c.vzeroupper();
        for (int i = saved.Length - 1; i >= 0; i--)
        {
            c.pop(saved[i]);
        }

        c.ret();
    }

    private static AssemblerRegisterXMM KeptVector(int index) => new(Register.XMM0 + FirstKeptVector + index);
}
