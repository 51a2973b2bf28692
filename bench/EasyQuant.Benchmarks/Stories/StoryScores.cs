using EasyQuant.Data;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace EasyQuant.Benchmarks.Stories;

/// <summary>How well a model foresees the tokens of given stories, each step on the caches that it made itself.</summary>
/// <param name="Perplexity"><c>exp(mean of −ln p)</c>, p what the model gave the token that came.</param>
/// <param name="Likeliest">At each step the token that the model thinks likeliest.</param>
/// <param name="Top1">Percent of tokens that were the likeliest.</param>
internal sealed record StoryScores(double Perplexity, IReadOnlyList<int> Likeliest, double Top1)
{
    public static StoryScores Of(IModelExecutor executor, FeedbackLinks links, ISequenceSource stories)
    {
        double surprise = 0;
        int right = 0;
        List<int> likeliest = [];
        int step = 0;
        foreach (int length in stories.Lengths)
        {
            IReadOnlyDictionary<string, Tensor>? outputs = null;
            for (int end = step + length; step < end; step++)
            {
                Sample sample = stories.Read(step);
                outputs = executor.Run(links.Complete(sample, outputs));
                ReadOnlySpan<float> scores = outputs["scores"].AsSpan<float>();
                likeliest.Add(TensorPrimitives.IndexOfMax(scores));
                right += likeliest[^1] == sample.Label ? 1 : 0;
                surprise += LogSum(scores) - scores[sample.Label!.Value];
            }
        }

        return new StoryScores(Math.Exp(surprise / step), likeliest, 100.0 * right / step);
    }

    /// <summary>Percent of steps at which both think the same token likeliest.</summary>
    public double AgreementWith(StoryScores other) => 100.0 * Likeliest.Zip(other.Likeliest).Count(t => t.First == t.Second) / Likeliest.Count;

    private static double LogSum(ReadOnlySpan<float> scores)
    {
        float largest = TensorPrimitives.Max(scores);
        double sum = 0;
        foreach (float score in scores)
        {
            sum += Math.Exp(score - largest);
        }

        return largest + Math.Log(sum);
    }
}
