namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Any function of one byte, <c>Output[i] = Table[Input[i]]</c>. The output may be the input.</summary>
/// <remarks>A signed byte looks at the place that it has as an unsigned one.</remarks>
internal unsafe struct LookupRun
{
    /// <summary>Entries of a table.</summary>
    public const int TableLength = 256;

    /// <summary>What is looked up.</summary>
    public byte* Input;

    /// <summary>Where the results go.</summary>
    public byte* Output;

    /// <summary>How many bytes.</summary>
    public nint Count;

    /// <summary><see cref="TableLength"/> entries.</summary>
    public byte* Table;
}
