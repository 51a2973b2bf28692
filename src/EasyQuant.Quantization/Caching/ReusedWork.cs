namespace EasyQuant.Quantization.Caching;

/// <summary>Work that a cache saved.</summary>
/// <param name="Stage">What: <c>statistics</c>, or a stage of a search such as <c>weights, round 1</c>.</param>
/// <param name="Reused">So many of its parts came from the cache.</param>
/// <param name="Total">So many parts there are.</param>
/// <param name="Unit">What the parts are, in the plural.</param>
public sealed record ReusedWork(string Stage, int Reused, int Total, string Unit)
{
    /// <summary>As in <c>weights, round 1: 14 of 26 layers</c>.</summary>
    public override string ToString() => $"{Stage}: {Reused} of {Total} {Unit}";
}
