using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Outputs;

/// <summary>What two networks make of one sample.</summary>
/// <param name="Index">The sample's place in its source.</param>
/// <param name="Name">The sample.</param>
/// <param name="Label">Its class, where that is known.</param>
/// <param name="Error">The second network's first output against the reference's.</param>
/// <param name="Reference">The reference's best classes; nothing where the output does not look like scores.</param>
/// <param name="Compared">The other network's best classes.</param>
public sealed record ComparedOutput(
    int Index, string Name, int? Label, TensorError Error, IReadOnlyList<ClassScore>? Reference, IReadOnlyList<ClassScore>? Compared)
{
    /// <summary>Whether both networks put the same class first; nothing where there are no classes.</summary>
    public bool? Agrees => Reference is null || Compared is null ? null : Reference[0].Class == Compared[0].Class;
}

/// <summary>A class and what the network gave it.</summary>
public readonly record struct ClassScore(int Class, float Score);

/// <summary>Compares the first outputs of two networks sample by sample; of each output only the best classes are kept.</summary>
public static class OutputComparison
{
    /// <summary>How many classes are kept of an output that looks like scores.</summary>
    public const int TopCount = 5;

    /// <summary>The outputs in the order of the samples, whatever the number of threads.</summary>
    /// <exception cref="InvalidSampleException">A sample cannot be read or does not fit.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or its output does not have the reference's size.</exception>
    public static IReadOnlyList<ComparedOutput> Run(
        EvaluatedModel reference,
        EvaluatedModel compared,
        ISampleSource samples,
        int threads,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ComparedOutput[] outputs = new ComparedOutput[samples.Count];
        int done = 0;
        ParallelSamples.Run(samples.Count, threads, index =>
        {
            Sample sample = samples.Read(index);
            Tensor expected = reference.Run(sample.Name, sample.Inputs, cancellationToken);
            Tensor actual = compared.Run(sample.Name, sample.Inputs, cancellationToken);
            if (expected.Count != actual.Count)
            {
                throw new InvalidModelException(
                    $"Model '{compared.Name}': output '{compared.OutputName}' is {actual}, but the reference '{reference.Name}' gives {expected}. Compare a model with what was made from it.");
            }

            outputs[index] = new ComparedOutput(
                index, sample.Name, sample.Label, TensorError.Between(expected.AsSpan<float>(), actual.AsSpan<float>()), Best(expected), Best(actual));
            progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), samples.Count));
        }, cancellationToken);
        return outputs;
    }

    // The scores of one picture: a single dimension that counts more than a handful.
    private static ClassScore[]? Best(Tensor output)
    {
        bool isScores = output.Count > TopCount && output.Shape.Count(d => d > 1) == 1;
        ReadOnlySpan<float> scores = output.AsSpan<float>();
        return isScores ? ScoresOf(ClassRanking.Top(scores, TopCount), scores) : null;
    }

    private static ClassScore[] ScoresOf(int[] classes, ReadOnlySpan<float> scores)
    {
        ClassScore[] best = new ClassScore[classes.Length];
        for (int i = 0; i < best.Length; i++)
        {
            best[i] = new ClassScore(classes[i], scores[classes[i]]);
        }

        return best;
    }
}
