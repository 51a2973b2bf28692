using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>Runs one of ONNX's test folders and says what came of it.</summary>
internal static class ConformanceRun
{
    /// <summary>ONNX's own runner compares with this relative tolerance.</summary>
    public const double RelativeTolerance = 1e-3;

    /// <summary>What may be left of a sum whose terms cancel.</summary>
    public const double AbsoluteTolerance = 1e-5;

    /// <summary>Nothing where the test passes, otherwise the reason why it does not.</summary>
    public static string? Failure(BackendTest test)
    {
        try
        {
            Model model = OnnxModelReader.Read(test.ModelPath);
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
            string? failure = test.DataSets.Select(d => Failure(model, executor, d)).FirstOrDefault(f => f is not null);
            return failure is not null && model.Graph.Nodes.FirstOrDefault(OperatorTable.IsRandom) is { } random
                ? $"operator {random.OpType}: it draws random numbers, and the test expects those of the generator it was made with"
                : failure;
        }
        catch (UnsupportedOperatorException unsupported)
        {
            return $"operator {unsupported.OpType}: {unsupported.Message[(unsupported.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]}";
        }
        catch (Exception refused) when (refused is InvalidModelException or ArgumentException or NotSupportedException)
        {
            return refused.Message.Replace(test.ModelPath, "model.onnx", StringComparison.Ordinal).ReplaceLineEndings(" ");
        }
    }

    private static string? Failure(Model model, GraphExecutor executor, BackendDataSet data)
    {
        Dictionary<string, Tensor> inputs = [];
        for (int i = 0; i < data.Inputs.Count; i++)
        {
            inputs.Add(model.Graph.Inputs[i].Name, OnnxValueFile.Read(data.Inputs[i], model.Graph.Inputs[i].Type));
        }

        IReadOnlyDictionary<string, Tensor> outputs = executor.Run(inputs);
        for (int i = 0; i < data.Outputs.Count; i++)
        {
            Value output = model.Graph.Outputs[i];
            string name = output.Name;
            if (TensorComparison.Difference(OnnxValueFile.Read(data.Outputs[i], output.Type), outputs[name], RelativeTolerance, AbsoluteTolerance) is { } difference)
            {
                return $"output '{name}': {difference}";
            }
        }

        return null;
    }
}
