using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;

namespace EasyQuant.Evaluation;

/// <summary>What computes a model.</summary>
public enum Engine
{
    /// <summary>Every operator in single precision, as the graph says.</summary>
    Float,

    /// <summary>Quantized operators in integers; a model without any runs in float.</summary>
    Integer,
}

/// <summary>Makes models ready to run.</summary>
public static class Executors
{
    /// <summary>An executor for a model.</summary>
    /// <exception cref="UnsupportedModelException">The model holds what is not implemented.</exception>
    /// <exception cref="InvalidModelException">The model contradicts itself.</exception>
    public static IModelExecutor Create(Model model, Engine engine, int threads) =>
        engine == Engine.Integer && IsQuantized(model)
            ? new InferenceSession(model, new SessionOptions { Threads = threads })
            : new GraphExecutor(model, new ExecutorOptions { Threads = threads });

    /// <summary>Whether the model rounds tensors to integers.</summary>
    public static bool IsQuantized(Model model) => model.Graph.Nodes.Any(n => n.Is("QuantizeLinear"));
}
