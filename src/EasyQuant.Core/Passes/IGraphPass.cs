using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>A rewrite of a model's graphs that keeps what they compute, or notes what is known about them.</summary>
public interface IGraphPass
{
    /// <summary>What reports call the pass.</summary>
    string Name { get; }

    /// <summary>Rewrites wherever the pass applies, the nested graphs included.</summary>
    /// <param name="model">The model; it is changed in place.</param>
    /// <param name="maximumRewrites">How many rewrites may be made; whoever looks for the one that does harm lowers it.</param>
    PassResult Apply(Model model, int maximumRewrites = int.MaxValue);
}

/// <summary>What one run of a pass has done and declined to do.</summary>
/// <param name="Rewrites">Each rewrite in words, in the order they were made.</param>
/// <param name="Refusals">Each place where the pass nearly applied, and why it did not.</param>
public sealed record PassResult(IReadOnlyList<string> Rewrites, IReadOnlyList<PassRefusal> Refusals)
{
    /// <summary>The number of rewrites.</summary>
    public int Count => Rewrites.Count;
}

/// <summary>A pass left a node as it is although the pattern almost matched.</summary>
/// <param name="Node">The node, as <see cref="Node.Label"/> calls it.</param>
/// <param name="Reason">What stood against it.</param>
public sealed record PassRefusal(string Node, string Reason);
