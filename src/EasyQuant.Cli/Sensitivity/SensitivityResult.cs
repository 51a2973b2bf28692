using System.Text.Json.Serialization;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Quantization.Sensitivity;

namespace EasyQuant.Cli.Sensitivity;

/// <summary>What <c>sensitivity</c> reports; the JSON document has this form.</summary>
/// <param name="Samples">Samples that calibrate, on whose outputs noise is measured.</param>
/// <param name="Kind">The task's figure, where one is measured.</param>
/// <param name="FloatScore">The float network's.</param>
/// <param name="MeasuredSamples">Samples that it is measured on.</param>
/// <param name="Uniform">Of each width what quantizing all layers does.</param>
/// <param name="Rows">Of each layer and width, the layers first that do most harm alone: to the task where it is measured, else to the outputs.</param>
internal sealed record SensitivityResult(
    int Samples, [property: JsonIgnore] ScoreKind? Kind, double? FloatScore, int? MeasuredSamples, IReadOnlyList<UniformRow> Uniform, IReadOnlyList<LayerRow> Rows)
{
    /// <summary>The figure's key, as <c>evaluate</c> has it.</summary>
    public string? Metric => Kind?.Key;

    /// <summary>The figure's unit.</summary>
    public string? Unit => Kind?.Unit;

    /// <summary>Puts together what was measured.</summary>
    public static SensitivityResult Of(int samples, TaskLoss? task, IReadOnlyList<UniformNoise> uniform, IReadOnlyList<LayerSensitivity> layers) => new(
        samples, task?.Kind, task?.Reference, task?.Samples,
        [.. uniform.Select(u => new UniformRow(u.Bits, OutputNoise.Sqnr(u.Noise), u.Metric))],
        [.. layers.GroupBy(l => l.Bits).SelectMany(Ranked).OrderByDescending(r => r.AloneDrop ?? 0).ThenBy(r => r.AloneSqnrDb)]);

    // Places among the layers of one width.
    private static IEnumerable<LayerRow> Ranked(IEnumerable<LayerSensitivity> layers)
    {
        LayerSensitivity[] byNoise = [.. layers.OrderByDescending(l => l.AloneNoise)];
        LayerSensitivity[] byMetric = [.. byNoise.OrderByDescending(l => l.AloneMetric ?? 0)];
        return byNoise.Select((l, i) => new LayerRow(
            l.Layer, l.Bits, OutputNoise.Sqnr(l.AloneNoise), OutputNoise.Sqnr(l.WithoutNoise), i + 1, l.AloneMetric, l.WithoutMetric, l.AloneMetric is null ? null : Array.IndexOf(byMetric, l) + 1));
    }
}

/// <summary>What quantizing all layers does.</summary>
/// <param name="Bits">To so many bits.</param>
/// <param name="SqnrDb">To the outputs.</param>
/// <param name="Drop">To the task, in the figure's unit.</param>
internal sealed record UniformRow(int Bits, double SqnrDb, double? Drop);

/// <summary>What quantizing a layer does.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Bits">Bits of its weights and its input.</param>
/// <param name="AloneSqnrDb">Of the outputs where it alone is quantized.</param>
/// <param name="WithoutSqnrDb">Of the outputs where all but it are.</param>
/// <param name="SqnrRank">Its place among the layers of that width, 1 for the one that alone does most harm to the outputs.</param>
/// <param name="AloneDrop">What the task loses where it alone is quantized.</param>
/// <param name="WithoutDrop">What the task loses where all but it are.</param>
/// <param name="DropRank">Its place by <paramref name="AloneDrop"/>; of equal losses by the outputs.</param>
internal sealed record LayerRow(string Layer, int Bits, double AloneSqnrDb, double WithoutSqnrDb, int SqnrRank, double? AloneDrop, double? WithoutDrop, int? DropRank);
