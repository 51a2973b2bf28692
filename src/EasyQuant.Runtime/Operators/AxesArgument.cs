using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>The list <c>axes</c> that operators take as an attribute in old versions and as their second input since a certain one.</summary>
internal sealed class AxesArgument(OperatorSite site, int since)
{
    private readonly bool _isInput = site.Opset >= since;
    private readonly long[]? _attribute = site.Node.GetInts("axes")?.ToArray();

    /// <summary>The axes, or nothing where they are not given.</summary>
    public long[]? Read(ReadOnlySpan<Tensor?> inputs) => _isInput ? inputs.Optional(1)?.ToInt64s() : _attribute;
}
