namespace EasyQuant.Runtime.Execution;

/// <summary>An operator that can scale and shift the channels of its output while it writes it.</summary>
internal interface IRescalable : IOperator
{
    /// <summary>This operator followed by <c>y · factor[c] + offset[c]</c>, two roundings; nothing where that does not fit.</summary>
    IOperator? WithAffine(float[] factor, float[] offset);
}
