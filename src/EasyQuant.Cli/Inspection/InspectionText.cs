using EasyQuant.Cli.Terminal;
using EasyQuant.Quantization.Planning;
using Spectre.Console;

namespace EasyQuant.Cli.Inspection;

/// <summary>Writes what <c>inspect</c> says for people.</summary>
internal static class InspectionText
{
    public static void Write(InspectionReport report, IAnsiConsole console)
    {
        WriteSummary(report, console);
        if (report.Layers.Count > 0)
        {
            WriteLayers(report, console);
        }

        foreach (IGrouping<(string Kind, string Treatment, string Reason), GraphPart> alike in report.Parts.GroupBy(p => (p.Kind, p.Treatment, p.Reason)))
        {
            console.WriteLine($"{alike.Count()} x {alike.Key.Kind}: {alike.Key.Treatment}, {alike.Key.Reason}");
        }

        foreach ((string key, string value) in report.Metadata)
        {
            console.WriteLine($"{key}: {value}");
        }

        foreach (string note in report.Notes)
        {
            console.MarkupLineInterpolated($"[yellow]note:[/] {note}");
        }
    }

    private static void WriteSummary(InspectionReport report, IAnsiConsole console)
    {
        console.WriteLine($"{report.Model}: {Numbers.Bytes(report.Bytes)}, {string.Join(", ", report.Opsets.Select(o => $"{o.Key} {o.Value}"))}, IR version {report.IrVersion}"
            + (report.Producer.Length > 0 ? $", written by {report.Producer}" : ""));
        foreach (InspectedValue input in report.Inputs)
        {
            console.WriteLine($"  in   {input.Name}: {input.Type}");
        }

        foreach (InspectedValue output in report.Outputs)
        {
            console.WriteLine($"  out  {output.Name}: {output.Type}");
        }

        console.WriteLine($"{Numbers.Count(report.Parameters)} parameters, {(report.Macs is { } macs ? Numbers.Count(macs) : "unknown")} multiply-accumulates a sample"
            + (report.IntegerMacsPercent is { } percent ? $", {percent:0.0} % of them in layers that are or can be quantized" : ""));
        console.WriteLine(string.Join(", ", report.Operators.Select(o => $"{o.Value} {o.Key}")));
        if (report.Quantized is { } quantized)
        {
            foreach (string line in quantized.Describe())
            {
                console.WriteLine(line);
            }
        }
    }

    private static void WriteLayers(InspectionReport report, IAnsiConsole console)
    {
        bool anyQuantized = report.Layers.Any(l => l.WeightBits is not null);
        Table table = anyQuantized
            ? Tables.Create("layer", "op", ">weight", ">MACs", "integers", ">W bits", ">A bits", ">input scale", ">weight scales")
            : Tables.Create("layer", "op", ">weight", ">MACs", "integers");
        foreach (InspectedLayer layer in report.Layers)
        {
            List<string> cells =
            [
                layer.Name, layer.Op, layer.Weight is { } w ? string.Join('x', w) : "-", layer.Macs is { } macs ? Numbers.Count(macs) : "-",
                layer.Reason is { } reason ? $"{layer.State}: {reason}" : layer.State,
            ];
            if (anyQuantized)
            {
                cells.AddRange(
                [
                    $"{layer.WeightBits}", $"{layer.ActivationBits}", layer.InputScale is { } s ? Numbers.Scale(s) : "",
                    layer.WeightScales is [var low, var high] ? $"{Numbers.Scale(low)} .. {Numbers.Scale(high)}" : "",
                ]);
            }

            table.AddText(cells);
        }

        console.Write(table);
    }
}
