namespace EasyQuant.Kernels.KernelTables;

/// <summary>One of several kernels that compute the same.</summary>
internal interface IKernel
{
    /// <summary>The instruction set, as <c>EASYQUANT_ISA</c> names it.</summary>
    string Isa { get; }

    /// <summary>Why it cannot be run here; null where it can.</summary>
    string? Refusal { get; }
}
