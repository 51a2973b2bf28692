using System.Text;

namespace EasyQuant.Benchmarks.Integer.Layers;

/// <summary>The steps of one network, timed; the JSON document has this form.</summary>
/// <param name="Network">The network.</param>
/// <param name="Isa">The instruction set.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Peak">What one core can do at most; nothing where that is not known.</param>
/// <param name="Layers">The steps.</param>
internal sealed record LayerReport(string Network, string Isa, int Threads, InstructionPeak? Peak, IReadOnlyList<LayerTime> Layers)
{
    /// <summary>A table of all steps, and one of their kinds.</summary>
    public override string ToString()
    {
        double total = Layers.Sum(l => l.Microseconds);
        StringBuilder text = new();
        text.AppendLine($"{Network}, {Isa}, {Threads} {(Threads == 1 ? "thread" : "threads")}").AppendLine();
        MarkdownTable steps = new("layer", "kind", "output", ">MMAC", ">µs", ">% of time", ">GMAC/s", ">% of peak");
        foreach (LayerTime layer in Layers)
        {
            steps.Add(
                layer.Layer, layer.Kind, layer.Output, layer.Macs == 0 ? "" : $"{layer.Macs / 1e6:0.0}", $"{layer.Microseconds:0.0}", $"{100 * layer.Microseconds / total:0.0}",
                Rate(layer.GigaMacsPerSecond), Share(layer.GigaMacsPerSecond));
        }

        text.Append(steps).AppendLine();
        MarkdownTable kinds = new("kind", ">steps", ">MMAC", ">µs", ">% of time", ">GMAC/s", ">% of peak");
        foreach (IGrouping<string, LayerTime> kind in Layers.GroupBy(l => l.Kind).OrderByDescending(g => g.Sum(l => l.Microseconds)))
        {
            AddSum(kinds, kind.Key, [.. kind], total);
        }

        AddSum(kinds, "all", Layers, total);
        text.Append(kinds).AppendLine();
        text.AppendLine("Times are the shortest of each step, taken one after the other in whole runs. "
            + (Peak is null ? "" : $"The peak is {Peak.ProductsPerSecond / 1e9:0} GMAC/s a core: {Peak.Instructions} on registers, measured in this run."));
        return text.ToString();
    }

    private void AddSum(MarkdownTable table, string kind, IReadOnlyList<LayerTime> layers, double total)
    {
        (long macs, double time) = (layers.Sum(l => l.Macs), layers.Sum(l => l.Microseconds));
        double? rate = macs == 0 ? null : macs / time / 1e3;
        table.Add(kind, $"{layers.Count}", macs == 0 ? "" : $"{macs / 1e6:0.0}", $"{time:0.0}", $"{100 * time / total:0.0}", Rate(rate), Share(rate));
    }

    private static string Rate(double? rate) => rate is { } r ? $"{r:0.0}" : "";

    private string Share(double? rate) => rate is { } r && Peak is { } peak ? $"{100 * r * 1e9 / (peak.ProductsPerSecond * Threads):0}" : "";
}
