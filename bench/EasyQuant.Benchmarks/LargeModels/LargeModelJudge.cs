using EasyQuant.Data.Arrays;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.LargeModels;

/// <summary>What ONNX Runtime computes with the models that were written, beside what <c>easyquant run</c> did.</summary>
internal static class LargeModelJudge
{
    /// <summary>The cosines of its outputs on the one sample with the float model's output.</summary>
    public static MarkdownTable Compare(LargeModelFiles files, IEnumerable<string> methods)
    {
        Tensor expected = NpyFile.Read(files["float/y.npy"]);
        MarkdownTable table = new("model in ONNX Runtime", ">cosine with our float outputs", ">SQNR dB");
        foreach (string path in methods.Select(files.Quantized).Prepend(files.Model))
        {
            using OrtSession session = new(path);
            Tensor actual = session.Run(new Dictionary<string, Tensor> { ["x"] = NpyFile.Read(files.Sample) }, ["y"])["y"];
            TensorError error = TensorError.Between(expected.AsSpan<float>(), actual.AsSpan<float>());
            table.Add(Path.GetFileName(path), $"{error.Cosine:0.000000}", $"{error.SqnrDb:0.0}");
        }

        return table;
    }
}
