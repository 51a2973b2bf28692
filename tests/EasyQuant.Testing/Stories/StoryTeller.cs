using EasyQuant.Tensors;

namespace EasyQuant.Testing.Stories;

/// <summary>Lets a language model continue a text token by token, its caches fed back.</summary>
/// <param name="run">Computes the outputs of a <see cref="StoryModel"/>.</param>
/// <param name="checkpoint">What the model was made of.</param>
public sealed class StoryTeller(Func<IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>> run, StoryCheckpoint checkpoint)
{
    /// <summary>The tokens that follow the beginning, until the model begins anew or there are enough.</summary>
    /// <param name="count">The most tokens.</param>
    /// <param name="choose">Chooses among the scores.</param>
    public IReadOnlyList<int> Tell(int count, Func<float[], int> choose)
    {
        List<int> told = [];
        IReadOnlyDictionary<string, Tensor>? outputs = null;
        for (int token = StoryTokenizer.Beginning; told.Count < count; told.Add(token))
        {
            outputs = run(InputsOf(token, outputs));
            token = choose(outputs["scores"].AsSpan<float>().ToArray());
            if (token == StoryTokenizer.Beginning)
            {
                break;
            }
        }

        return told;
    }

    /// <summary>The likeliest token.</summary>
    public static int Likeliest(float[] scores) => Array.IndexOf(scores, scores.Max());

    /// <summary>A token drawn as likely as the model says.</summary>
    public static Func<float[], int> Drawn(int seed)
    {
        Random random = new(seed);
        return scores =>
        {
            double[] weights = Array.ConvertAll(scores, s => Math.Exp(s - scores.Max()));
            double left = random.NextDouble() * weights.Sum();
            int token = 0;
            while (token < weights.Length - 1 && (left -= weights[token]) > 0)
            {
                token++;
            }

            return token;
        };
    }

    private Dictionary<string, Tensor> InputsOf(int token, IReadOnlyDictionary<string, Tensor>? outputs)
    {
        Dictionary<string, Tensor> inputs = new() { ["token"] = Tensor.From<long>([token], [1, 1]) };
        foreach (string cache in checkpoint.Layers.SelectMany((_, l) => (string[])[$"{l}.key", $"{l}.value"]))
        {
            inputs[$"past.{cache}"] = outputs?[$"present.{cache}"] ?? Tensor.Allocate(DataType.Float32, [1, checkpoint.CacheHeads, 0, checkpoint.HeadWidth]);
        }

        return inputs;
    }
}
