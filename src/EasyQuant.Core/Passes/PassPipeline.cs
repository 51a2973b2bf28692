using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>Runs passes in order, again and again until none of them finds anything to rewrite.</summary>
public sealed class PassPipeline
{
    // A pass that undoes another one's work would go on for ever; real models settle within five rounds.
    private const int MaximumRounds = 64;
    private readonly IReadOnlyList<IGraphPass> _passes;

    /// <summary>A pipeline of these passes.</summary>
    public PassPipeline(params IReadOnlyList<IGraphPass> passes) => _passes = passes;

    /// <summary>What a model goes through before it is quantized or run: everything that makes it simpler and computes the same.</summary>
    /// <param name="evaluator">Computes nodes whose inputs are constants; without it those stay.</param>
    public static PassPipeline Simplify(ConstantEvaluator? evaluator = null) => new(
        new InferShapes(),
        new RemoveIdentities(),
        new FoldConstants(evaluator),
        new FoldAffineIntoConv(),
        new FoldBatchNormIntoConv(),
        new FoldBatchNormIntoGemm(),
        new FoldBatchNormBeforeConv(),
        new RemoveUnusedNodes());

    /// <summary>Runs the passes to a fixed point.</summary>
    /// <param name="model">The model; it is changed in place.</param>
    /// <param name="maximumRewrites">Stops after the rewrite with this number: bisecting it finds the rewrite that changes an output.</param>
    /// <exception cref="InvalidOperationException">The passes never come to rest: one undoes what another does.</exception>
    public PassReport Run(Model model, int maximumRewrites = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumRewrites);
        List<PassRewrite> rewrites = [];
        for (int round = 0; round < MaximumRounds; round++)
        {
            int before = rewrites.Count;
            List<(string Pass, PassRefusal Refusal)> refusals = [];
            foreach (IGraphPass pass in _passes)
            {
                PassResult result = pass.Apply(model, maximumRewrites - rewrites.Count);
                foreach (string description in result.Rewrites)
                {
                    rewrites.Add(new PassRewrite(rewrites.Count + 1, pass.Name, description));
                }

                refusals.AddRange(result.Refusals.Select(r => (pass.Name, r)));
            }

            if (rewrites.Count == before || rewrites.Count == maximumRewrites)
            {
                return new PassReport(rewrites, refusals);
            }
        }

        throw new InvalidOperationException(
            $"The passes {string.Join(", ", _passes.Select(p => p.Name))} did not come to rest within {MaximumRounds} rounds; the last rewrite was '{rewrites[^1].Description}'.");
    }
}

/// <summary>What a pipeline has done.</summary>
/// <param name="Rewrites">Every rewrite with its number, in order.</param>
/// <param name="Refusals">What the passes declined in the last round, when nothing was left to rewrite.</param>
public sealed record PassReport(IReadOnlyList<PassRewrite> Rewrites, IReadOnlyList<(string Pass, PassRefusal Refusal)> Refusals);

/// <summary>One rewrite.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Pass">The pass that made it.</param>
/// <param name="Description">What it did, in words.</param>
public sealed record PassRewrite(int Number, string Pass, string Description);
