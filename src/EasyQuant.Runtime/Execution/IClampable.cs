namespace EasyQuant.Runtime.Execution;

/// <summary>An operator that can limit its output while it writes it, at no cost.</summary>
internal interface IClampable : IOperator
{
    /// <summary>This operator followed by <c>min(max(y, low), high)</c>; what has been packed is shared.</summary>
    IOperator WithClamp(float low, float high);
}
