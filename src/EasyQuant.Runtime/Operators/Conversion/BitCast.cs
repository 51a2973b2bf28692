using System.Runtime.InteropServices;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Conversion;

/// <summary>BitCast: the same bits under another element type of the same width; nothing is copied.</summary>
internal sealed class BitCast(OperatorSite site) : SingleOutputOperator
{
    private readonly DataType _type = (DataType)site.Node.GetInt("to", 0);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        return x.Type != DataType.String && x.Type.BitWidth() == _type.BitWidth()
            ? Tensor.FromBytes(_type, x.Shape, MemoryMarshal.AsMemory(x.Bytes))
            : throw new InvalidOperatorInputException($"{x} has other widths than {_type.ShortName()}.");
    }
}
