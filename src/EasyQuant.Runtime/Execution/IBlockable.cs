namespace EasyQuant.Runtime.Execution;

/// <summary>An operator that can also compute on pictures whose channels lie in blocks (<see cref="Operators.ChannelBlocks"/>).</summary>
/// <remarks>The layout is the executor's affair: values have the same bits in both.</remarks>
internal interface IBlockable : IOperator
{
    /// <summary>The operator with a blocked output, or nothing where it cannot.</summary>
    /// <param name="channels">For each input its channels where it will be blocked; <see langword="null"/> where it is plain or absent.</param>
    BlockedForm? Blocked(ReadOnlySpan<int?> channels);
}

/// <summary>An operator with a blocked output.</summary>
/// <param name="Operator">Reads the inputs that were offered in blocks so, the others as they are.</param>
/// <param name="Channels">The channels of the output.</param>
internal sealed record BlockedForm(IOperator Operator, int Channels);
