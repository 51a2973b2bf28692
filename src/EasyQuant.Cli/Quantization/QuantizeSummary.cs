using EasyQuant.Cli.Terminal;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Caching;
using Spectre.Console;

namespace EasyQuant.Cli.Quantization;

/// <summary>What <c>quantize</c> reports; the JSON document has this form.</summary>
internal sealed record QuantizeSummary
{
    public required string Model { get; init; }

    public required string Output { get; init; }

    public required string Method { get; init; }

    public required int WeightBits { get; init; }

    public required int ActivationBits { get; init; }

    public required string? Preprocess { get; init; }

    public required int Seed { get; init; }

    /// <summary>The names of the samples that were used.</summary>
    public required IReadOnlyList<string> Samples { get; init; }

    public required IReadOnlyList<LayerReport> Layers { get; init; }

    public required IReadOnlyList<FloatNode> FloatNodes { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required long BytesBefore { get; init; }

    public required long BytesAfter { get; init; }

    /// <summary>The cosine of the outputs with the float model's on the first sample.</summary>
    public required double? Cosine { get; init; }

    public required double? SqnrDb { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Where the report was written, where one was asked for.</summary>
    public required string? Report { get; init; }

    /// <summary>What became of the target, where one was stated.</summary>
    public required TargetVerdict? Target { get; init; }

    /// <summary>What a cache saved, where one was given.</summary>
    public required IReadOnlyList<ReusedWork> Resumed { get; init; }

    /// <summary>Writes the summary for people.</summary>
    public void Write(IAnsiConsole console)
    {
        Table table = Tables.Create("layer", "op", ">W bits", ">A bits", ">input scale", ">cosine start", ">cosine end", ">MACs");
        foreach (LayerReport layer in Layers)
        {
            table.AddText(
                layer.Name, layer.OpType, $"{layer.WeightBits}", $"{layer.ActivationBits}", Numbers.Scale(layer.InputScale),
                Numbers.Cosine(layer.CosineStart), Numbers.Cosine(layer.CosineEnd), layer.Macs > 0 ? Numbers.Count(layer.Macs) : "-");
        }

        console.Write(table);
        console.WriteLine($"{Layers.Count} layers quantized, {FloatNodes.Count} candidates stay in float{(FloatNodes.Count > 0 ? ":" : ".")}");
        foreach (FloatNode node in FloatNodes)
        {
            console.WriteLine($"  {node.Node}: {node.Reason}");
        }

        console.WriteLine($"{Numbers.Bytes(BytesBefore)} -> {Numbers.Bytes(BytesAfter)}"
            + (Cosine is { } cosine ? $"; on one sample the outputs have cosine {Numbers.Cosine(cosine)} with the float model's (SQNR {Numbers.Decibels(SqnrDb!.Value)} dB)" : ""));
        console.WriteLine($"Wrote {Output} in {Numbers.Duration(TimeSpan.FromSeconds(Seconds))}; it was read back and computes what it should.");
        if (Report is not null)
        {
            console.WriteLine($"Wrote {Report}; open it in a browser.");
        }

        if (Target is not null)
        {
            console.WriteLine(Target.Verdict);
            return;
        }

        console.WriteLine($"Next: easyquant evaluate {Model} {Output} --data DIR --labels FILE.csv");
    }
}
