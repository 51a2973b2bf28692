using EasyQuant.Cli.Quantization;
using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation.Tasks;
using Spectre.Console;

namespace EasyQuant.Cli.Sensitivity;

/// <summary>Writes the result of <c>sensitivity</c> for people.</summary>
internal static class SensitivityTable
{
    public static void Write(SensitivityResult result, IAnsiConsole console)
    {
        string[] headings = ["layer", ">bits", ">alone dB", ">place", ">all but it dB"];
        Table table = Tables.Create(result.Kind is { } kind ? [.. headings, $">alone: {kind.Title} loses", ">place", ">all but it lose"] : headings);
        foreach (LayerRow row in result.Rows)
        {
            string[] cells = [row.Layer, $"{row.Bits}", Numbers.Decibels(row.AloneSqnrDb), $"{row.SqnrRank}", Numbers.Decibels(row.WithoutSqnrDb)];
            table.AddText(result.Kind is null ? cells : [.. cells, LossOf(result.Kind, row.AloneDrop), $"{row.DropRank}", LossOf(result.Kind, row.WithoutDrop)]);
        }

        console.Write(table);
        foreach (UniformRow row in result.Uniform)
        {
            console.WriteLine($"All layers at {row.Bits} bits: SQNR {Numbers.Decibels(row.SqnrDb)} dB{(result.Kind is null ? "" : $", {result.Kind.Title} loses {LossFinding.Amount(result.Kind, row.Drop!.Value)}")}.");
        }

        console.WriteLine($"Outputs of {result.Samples} samples{(result.Kind is null ? "" : $", {result.Kind.Title} of {result.MeasuredSamples} others")}; "
            + "the layers first that do most harm alone, with their places among those of their width; thresholds of least squared error.");
    }

    private static string LossOf(ScoreKind kind, double? loss) => loss!.Value.ToString($"F{kind.Digits}");
}
