using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>What a running pass has done so far, and whether it may go on.</summary>
internal sealed class RewriteLog
{
    private readonly int _maximum;
    private readonly List<string> _rewrites = [];
    private readonly List<PassRefusal> _refusals = [];

    public RewriteLog(int maximumRewrites)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumRewrites);
        _maximum = maximumRewrites;
    }

    /// <summary>Whether no further rewrite may be made.</summary>
    public bool IsFull => _rewrites.Count >= _maximum;

    public PassResult Result => new(_rewrites, _refusals);

    /// <summary>Notes a rewrite.</summary>
    public void Rewrote(string description) => _rewrites.Add(description);

    /// <summary>Notes that a node stays; returns <see langword="false"/> so that a check can end with it.</summary>
    public bool Refuse(Node node, string reason)
    {
        _refusals.Add(new PassRefusal(node.Label, reason));
        return false;
    }
}
