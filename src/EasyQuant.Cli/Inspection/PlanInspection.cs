using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;
using Spectre.Console;

namespace EasyQuant.Cli.Inspection;

/// <summary>What the integer engine does for one sample, step by step.</summary>
internal static class PlanInspection
{
    /// <summary>The lines of the plan for inputs of these shapes.</summary>
    /// <exception cref="InvalidModelException">The model is not quantized, or cannot be planned.</exception>
    public static IReadOnlyList<PlanLine> Run(string path, Model model, IReadOnlyDictionary<string, Shape> shapes)
    {
        if (!Executors.IsQuantized(model))
        {
            throw new InvalidModelException($"'{path}' is not quantized; the integer engine's plan is of quantized models. Quantize it first: easyquant quantize {path} -o OUT --calibration DIR");
        }

        using InferenceSession session = new(model, new SessionOptions { Threads = 1 });
        return session.DescribePlan(shapes);
    }

    /// <summary>Writes them for people.</summary>
    public static void Write(IReadOnlyList<PlanLine> plan, IAnsiConsole console)
    {
        Table table = Tables.Create("layer", "method", "isa", ">tile", ">widening", ">parameters", ">output", ">MACs");
        foreach (PlanLine line in plan)
        {
            table.AddText(
                line.Layer, line.Method, line.Isa, line.Tile, line.Widening, line.ParameterBytes > 0 ? Numbers.Bytes(line.ParameterBytes) : "",
                line.OutputBytes > 0 ? Numbers.Bytes(line.OutputBytes) : "", line.Macs > 0 ? Numbers.Count(line.Macs) : "");
        }

        console.Write(table);
        console.WriteLine($"{plan.Count} steps, {Numbers.Bytes(plan.Sum(l => l.ParameterBytes))} of parameters, {Numbers.Count(plan.Sum(l => l.Macs))} multiply-accumulates in integers");
    }
}
