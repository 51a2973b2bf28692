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
public static class UpscalingTask
{
    private static readonly ScoreKind[] s_kinds = [new("psnr", "PSNR", "dB", 3), new("ssim", "SSIM", "", 4)];

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

    /// <summary>Measures models; the first is the reference.</summary>
    /// <param name="models">Models that enlarge the luminance of pictures of any size.</param>
    /// <param name="pictures">Pictures scaled down, with the originals.</param>
    /// <param name="factor">How many times larger the models make each side.</param>
    /// <param name="toLevel">From a number of the models to a level: <c>gain · number + offset</c>.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidSampleException">A picture cannot be read, or is too small.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or enlarges by another factor.</exception>
    public static TaskReport Run(
        IReadOnlyList<EvaluatedModel> models,
        ITruthSource<UpscaleTruth> pictures,
        int factor,
        (double Gain, double Offset) toLevel,
        TaskOptions options,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ModelScores<PictureScore>[] scores = TaskRunner.Run(models, pictures, Measure, options, progress, cancellationToken);
        ScoreComparison comparison = new(options.Bootstrap, s_kinds, pictures.Count);
        TaskResult[] results = [.. scores.Select(s => new TaskResult(s.Model, comparison.Add(draw => s.Samples.MeansOf(draw, p => p.Model), cancellationToken), s.Error))];
        TaskResult baseline = new("bicubic", comparison.Add(draw => scores[0].Samples.MeansOf(draw, p => p.Baseline), cancellationToken), null);
        return new TaskReport(pictures.Count, pictures.Count, "pictures", results, baseline);

        PictureScore Measure(SampleWithTruth<UpscaleTruth> picture, EvaluatedModel model, Tensor output)
        {
            Shape size = picture.Truth.Original.Shape;
            if (output.Count != picture.Truth.Original.Count || output.Shape.Rank != 4 || output.Shape[2] != size[0])
            {
                throw new InvalidModelException($"Model '{model.Name}': output '{model.OutputName}' is {output} for picture '{picture.Sample.Name}', expected f32[1x1x{size}].");
            }

            LevelPlane original = PlaneOf(picture.Truth.Original, size, 1, 0);
            return new PictureScore(
                Closeness.Between(PlaneOf(output, size, toLevel.Gain, toLevel.Offset), original),
                Closeness.Between(PlaneOf(picture.Truth.Interpolated, size, 1, 0), original));
        }

        LevelPlane PlaneOf(Tensor tensor, Shape size, double gain, double offset) =>
            LevelPlane.OfLuminance(tensor.AsSpan<float>(), size[1], size[0], border: factor, gain, offset);
    }

    private static double[] MeansOf(this PictureScore[] scores, int[] draw, Func<PictureScore, Closeness> of) =>
        [draw.Average(i => of(scores[i]).Psnr), draw.Average(i => of(scores[i]).Ssim)];

    private readonly record struct PictureScore(Closeness Model, Closeness Baseline);

    private readonly record struct Closeness(double Psnr, double Ssim)
    {
        public static Closeness Between(LevelPlane picture, LevelPlane original) => new(PeakSignalToNoise.Of(picture, original), StructuralSimilarity.Of(picture, original));
    }
}
