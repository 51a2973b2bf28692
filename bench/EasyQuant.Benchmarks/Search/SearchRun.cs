using System.Diagnostics;
using System.Security.Cryptography;
using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Execution;

namespace EasyQuant.Benchmarks.Search;

/// <summary>What one quantization by EasyQuant took.</summary>
/// <param name="Threads">Threads of the search and of the float run.</param>
/// <param name="Seconds">Wall time of the quantization: reading the pictures, ranges, search and export.</param>
/// <param name="FloatMilliseconds">Median of one float run of the network on one picture, half of the runs before the search and half after.</param>
/// <param name="PeakBytes">The process's largest resident memory.</param>
/// <param name="Sha256">Of the written model.</param>
internal sealed record SearchRun(int Threads, double Seconds, double FloatMilliseconds, long PeakBytes, string Sha256)
{
    private const int FloatRuns = 20;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    /// <summary>The quantization's time in float runs.</summary>
    public double FloatRunsWorth => Seconds * 1000 / FloatMilliseconds;

    /// <summary>Quantizes with the defaults and times it beside float runs; memory is the process's, which should do nothing else.</summary>
    public static SearchRun Measure(BenchmarkNetwork network, int threads)
    {
        Model model = network.ReadModel();
        SubsetSource calibration = network.OpenPictures(model).Calibration;
        Sample picture = calibration.Read(0);
        RunTimes floatTimes = new();
        TimeFloat(model, picture, threads, floatTimes);

        long start = Stopwatch.GetTimestamp();
        Model quantized = PostTrainingQuantizer.Run(model, calibration, new QuantizationOptions { Threads = threads }, new ProgressLines(network.Name)).Model;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        quantized.Metadata["easyquant.preprocess"] = PreprocessJson.ToText(network.Preprocess);
        using MemoryStream file = new();
        OnnxModelWriter.Write(quantized, file);
        using Process self = Process.GetCurrentProcess();
        long peak = self.PeakWorkingSet64;

        TimeFloat(model, picture, threads, floatTimes);
        return new SearchRun(threads, seconds, floatTimes.Median, peak, Convert.ToHexStringLower(SHA256.HashData(file.ToArray())));
    }

    private static void TimeFloat(Model model, Sample picture, int threads, RunTimes times)
    {
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = threads });
        RunTimes.WarmUp(() => executor.Run(picture.Inputs), s_warmUp);
        times.Measure(() => executor.Run(picture.Inputs), FloatRuns);
    }
}
