using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Pictures;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How close networks that enlarge pictures come to the originals: <see cref="PeakSignalToNoise"/> and <see cref="StructuralSimilarity"/> of the luminance, means over pictures.</summary>
/// <remarks>
/// Measured as the field's papers do: on luminance of 16 to 235 rounded to 8 bits before (<see cref="LevelPlane.OfLuminance"/>), without a border as wide as the factor. The baseline is
/// bicubic interpolation.
/// </remarks>
/// <param name="pictures">Pictures scaled down, with the originals.</param>
/// <param name="factor">How many times larger the models make each side.</param>
/// <param name="toLevel">From a number of the models to a level: <c>gain · number + offset</c>.</param>
public sealed class UpscalingTask(ITruthSource<UpscaleTruth> pictures, int factor, (double Gain, double Offset) toLevel)
    : MeasuredTask<UpscaleTruth, (double[] Model, double[] Baseline)>(pictures)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoreKind> Kinds { get; } = [new("psnr", "PSNR", "dB", 3), new("ssim", "SSIM", "", 4)];

    /// <summary>How many times larger a model makes each side, found out by a run.</summary>
    /// <exception cref="InvalidModelException">It does not take and give one channel, or the factor is no whole number above 1.</exception>
    public static int FactorOf(EvaluatedModel model, string input, CancellationToken cancellationToken = default)
    {
        const int probe = 16;
        Tensor output = model.Run($"trial picture of one channel, {probe}x{probe}", new Dictionary<string, Tensor> { [input] = Tensor.From(new float[probe * probe], [1, 1, probe, probe]) }, cancellationToken);
        int factor = output.Shape.Rank == 4 ? output.Shape[2] / probe : 0;
        return factor > 1 && output.Shape == new Shape([1, 1, factor * probe, factor * probe])
            ? factor
            : throw new InvalidModelException(
                $"Model '{model.Name}': output '{model.OutputName}' is {output} for an input f32[1x1x{probe}x{probe}], expected one channel with sides a whole number of times larger.");
    }

    /// <inheritdoc/>
    public override Model Prepare(Model model) => OpenExtents.Of(model);

    private protected override (double[] Model, double[] Baseline) ScoreOf(SampleWithTruth<UpscaleTruth> sample, EvaluatedModel model, Tensor output)
    {
        Shape size = sample.Truth.Original.Shape;
        if (output.Count != sample.Truth.Original.Count || output.Shape.Rank != 4 || output.Shape[2] != size[0])
        {
            throw new InvalidModelException($"Model '{model.Name}': output '{model.OutputName}' is {output} for picture '{sample.Sample.Name}', expected f32[1x1x{size}].");
        }

        LevelPlane original = PlaneOf(sample.Truth.Original, size, 1, 0);
        return (
            Closeness(PlaneOf(output, size, toLevel.Gain, toLevel.Offset), original),
            Closeness(PlaneOf(sample.Truth.Interpolated, size, 1, 0), original));
    }

    private protected override TaskFigures FiguresOf((double[] Model, double[] Baseline)[] scores, TaskOptions options) =>
        new(scores.Length, "pictures", draw => MeansOf(scores, draw, p => p.Model));

    private protected override (string Name, Func<int[], double[]> On)? BaselineOf((double[] Model, double[] Baseline)[] scores) =>
        ("bicubic", draw => MeansOf(scores, draw, p => p.Baseline));

    private LevelPlane PlaneOf(Tensor tensor, Shape size, double gain, double offset) =>
        LevelPlane.OfLuminance(tensor.AsSpan<float>(), size[1], size[0], border: factor, gain, offset);

    private static double[] MeansOf((double[] Model, double[] Baseline)[] scores, int[] draw, Func<(double[] Model, double[] Baseline), double[]> of) =>
        [draw.Average(i => of(scores[i])[0]), draw.Average(i => of(scores[i])[1])];

    private static double[] Closeness(LevelPlane picture, LevelPlane original) => [PeakSignalToNoise.Of(picture, original), StructuralSimilarity.Of(picture, original)];
}
