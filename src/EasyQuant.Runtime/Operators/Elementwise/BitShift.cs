using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>BitShift: unsigned integers, to the left or to the right; a shift by the type's width or more gives 0.</summary>
internal static class BitShift
{
    public static IOperator Create(OperatorSite site) => site.Node.GetString("direction", "") switch
    {
        "LEFT" => new Bitwise((x, n) => n < 64 ? x << (int)n : 0),
        "RIGHT" => new Bitwise((x, n) => n < 64 ? x >> (int)n : 0),
        string other => throw site.Unsupported($"direction '{other}'"),
    };
}
