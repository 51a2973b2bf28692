namespace EasyQuant.Benchmarks.Integer;

/// <summary>A network's times with one number of threads.</summary>
/// <param name="Network">The network.</param>
/// <param name="Threads">Threads of each engine.</param>
/// <param name="Cosine">Of our integer engine's outputs and ONNX Runtime's for the same quantized file; the least over the outputs.</param>
/// <param name="FloatSteps">Steps of the integer engine that compute in float.</param>
/// <param name="OrtFloatLayers">Convolutions and products of the quantized model that ONNX Runtime computes in float.</param>
/// <param name="OrtFloat">ONNX Runtime, float model.</param>
/// <param name="OrtInteger">ONNX Runtime, quantized model (activations u8, weights s8).</param>
/// <param name="OurFloat">Our float executor, float model.</param>
/// <param name="OurInteger">Our integer engine, quantized model.</param>
internal sealed record LatencyRow(
    string Network, int Threads, double Cosine, int FloatSteps, int OrtFloatLayers, Latency OrtFloat, Latency OrtInteger, Latency OurFloat, Latency OurInteger);

/// <summary>What is told of many runs, in milliseconds.</summary>
internal sealed record Latency(double Median, double Min, int Runs)
{
    /// <summary>As in <c>3.42 (3.29)</c>: the median, and the minimum.</summary>
    public override string ToString() => $"{Median:0.00} ({Min:0.00})";
}
