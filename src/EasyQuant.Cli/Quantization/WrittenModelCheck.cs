using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Quantization;

/// <summary>Reads a written model back and runs it once, so that success is reported only for a file that works.</summary>
internal static class WrittenModelCheck
{
    /// <summary>How far the file's outputs are from the float model's on one sample; nothing where no output is of 32-bit floats.</summary>
    /// <exception cref="InvalidOperationException">The file does not compute what the model in memory does.</exception>
    public static TensorError? Run(string path, Model inMemory, Model floatModel, Sample sample, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, Tensor> expected = Outputs(inMemory, sample, cancellationToken);
        IReadOnlyDictionary<string, Tensor> actual = Outputs(OnnxModelReader.Read(path), sample, cancellationToken);
        foreach ((string name, Tensor tensor) in expected)
        {
            if (!actual.TryGetValue(name, out Tensor? read) || !tensor.Bytes.Span.SequenceEqual(read.Bytes.Span))
            {
                throw new InvalidOperationException($"The written model '{path}' computes another output '{name}' than the one in memory.");
            }
        }

        IReadOnlyDictionary<string, Tensor> reference = Outputs(floatModel, sample, cancellationToken);
        string[] floats = [.. reference.Where(o => o.Value.Type == DataType.Float32).Select(o => o.Key)];
        return floats.Length == 0 ? null : TensorError.Between(Concatenate(floats, reference), Concatenate(floats, actual));
    }

    private static IReadOnlyDictionary<string, Tensor> Outputs(Model model, Sample sample, CancellationToken cancellationToken)
    {
        // One run is not worth copies that outlive it.
        using GraphExecutor executor = new(model, new ExecutorOptions { ConstantCopyBytes = 0 });
        return executor.Run(sample.Inputs, cancellationToken);
    }

    private static float[] Concatenate(string[] names, IReadOnlyDictionary<string, Tensor> tensors) =>
        [.. names.SelectMany(n => tensors[n].AsSpan<float>().ToArray())];
}
