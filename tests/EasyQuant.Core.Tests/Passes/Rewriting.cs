using EasyQuant.Graphs;
using EasyQuant.Passes;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

/// <summary>A model before and after a pass: sound, and with the same outputs.</summary>
internal static class Rewriting
{
    // Folding rounds each weight once more (2^-24 of it) and sums in another order; the sums here have at most some hundred terms.
    private const double RelativeTolerance = 2e-5;

    /// <summary>Applies the pass and checks that the model is sound and computes what it computed before.</summary>
    public static (Model Model, PassResult Result) Check(string text, IGraphPass pass, int seed = 1, int opset = 17)
    {
        Model before = GraphText.Parse(text, seed, opset);
        Model after = GraphText.Parse(text, seed, opset);
        PassResult result = pass.Apply(after);
        GraphVerifier.Verify(after);
        AssertSameOutputs(before, after, seed);
        return (after, result);
    }

    /// <summary>Applies the pass, and checks that it changes nothing and gives one refusal with this reason.</summary>
    public static void CheckRefused(string text, IGraphPass pass, string reason, int opset = 17)
    {
        Model model = GraphText.Parse(text, 1, opset);
        string before = GraphText.Print(model.Graph, int.MaxValue);
        PassResult result = pass.Apply(model);

        Assert.Equal(before, GraphText.Print(model.Graph, int.MaxValue));
        Assert.Empty(result.Rewrites);
        Assert.Contains(reason, Assert.Single(result.Refusals).Reason, StringComparison.Ordinal);
    }

    public static void AssertSameOutputs(Model before, Model after, int seed)
    {
        Dictionary<string, Tensor> inputs = RandomInputs(before, seed);
        using GraphExecutor first = new(before, new ExecutorOptions { Threads = 1 });
        using GraphExecutor second = new(after, new ExecutorOptions { Threads = 1 });
        IReadOnlyDictionary<string, Tensor> expected = first.Run(inputs);
        IReadOnlyDictionary<string, Tensor> actual = second.Run(inputs);

        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, Tensor tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            Assert.Equal(tensor.Type, actual[name].Type);
            if (tensor.Type == DataType.Float32)
            {
                AssertClose(tensor.AsSpan<float>(), actual[name].AsSpan<float>());
            }
            else
            {
                Assert.Equal(tensor.Bytes.ToArray(), actual[name].Bytes.ToArray());
            }
        }
    }

    /// <summary>Pseudo-random elements for every input; a symbolic extent becomes 2.</summary>
    public static Dictionary<string, Tensor> RandomInputs(Model model, int seed)
    {
        Random random = new(seed);
        return model.Graph.RequiredInputs.ToDictionary(i => i.Name, i =>
        {
            Shape shape = new([.. i.Shape!.Dimensions.Select(d => d.Value ?? 2)]);
            float[] elements = [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() * 2 - 1)];
            return i.ElementType switch
            {
                DataType.Float32 => Tensor.From(elements, shape),
                DataType.Bool => Tensor.From(Array.ConvertAll(elements, e => e > 0), shape),
                DataType.Int64 => Tensor.From(Array.ConvertAll(elements, e => (long)(e * 8)), shape),
                _ => throw new NotSupportedException($"no pseudo-random {i.Type}"),
            };
        });
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs((double)expected[i] - actual[i]));
        }

        Assert.True(double.IsFinite(largest) && largest > 0, $"the outputs prove nothing: the largest is {largest}");
        Assert.InRange(difference, 0, RelativeTolerance * largest);
    }
}
