using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>Top-1 of model files as ONNX Runtime computes them.</summary>
internal static class OnnxRuntimeJudge
{
    /// <summary>The percentage of the samples whose class has the highest score, for each model.</summary>
    public static double[] Top1(IReadOnlyList<string> paths, string outputName, ISampleSource samples, int threads, ProgressLines progress)
    {
        OrtSession[] sessions = [.. paths.Select(p => new OrtSession(p))];
        int[] hits = new int[sessions.Length];
        int done = 0;
        try
        {
            Parallel.For(0, samples.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                Sample sample = samples.Read(i);
                for (int s = 0; s < sessions.Length; s++)
                {
                    Tensor scores = sessions[s].Run(sample.Inputs, [outputName])[outputName];
                    if (ClassRanking.Best(scores.AsSpan<float>()) == sample.Label)
                    {
                        Interlocked.Increment(ref hits[s]);
                    }
                }

                progress.Report("ONNX Runtime", Interlocked.Increment(ref done), samples.Count);
            });
        }
        finally
        {
            Array.ForEach(sessions, s => s.Dispose());
        }

        return [.. hits.Select(h => 100.0 * h / samples.Count)];
    }
}
