using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How well detectors find the objects in pictures: COCO's average precision, see <see cref="MeanAveragePrecision"/>.</summary>
public static class DetectionTask
{
    private static readonly ScoreKind[] s_kinds = [new("ap", "AP", "%", 2), new("ap50", "AP50", "%", 2)];

    /// <summary>Measures models; the first is the reference.</summary>
    /// <param name="models">Detectors with YOLOX's output, see <see cref="YoloxDecoder"/>.</param>
    /// <param name="pictures">Pictures, with the boxes of their objects in pixels of the models' input.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidSampleException">A picture cannot be read or does not fit, an object's class is none of the model's, or there is no object.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or is no detector of that form.</exception>
    public static TaskReport Run(
        IReadOnlyList<EvaluatedModel> models,
        ITruthSource<IReadOnlyList<LabelledBox>> pictures,
        TaskOptions options,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ModelScores<PictureMatches>[] scores = TaskRunner.Run(models, pictures, Match, options, progress, cancellationToken);
        if (scores[0].Samples.All(p => p.ObjectClasses.Count == 0))
        {
            throw new InvalidSampleException("The pictures hold no object to be found. Check that the box file belongs to them.");
        }

        ScoreComparison comparison = new(options.Bootstrap, s_kinds, pictures.Count);
        return new TaskReport(pictures.Count, pictures.Count, "pictures", [.. scores.Select(s =>
        {
            MeanAveragePrecision precision = new(s.Samples);
            return new TaskResult(s.Model, comparison.Add(draw => Figures(precision, draw), cancellationToken), s.Error);
        })]);
    }

    private static PictureMatches Match(SampleWithTruth<IReadOnlyList<LabelledBox>> picture, EvaluatedModel model, Tensor output)
    {
        Shape input = picture.Sample.Inputs.Values.Single().Shape;
        IReadOnlyList<ScoredBox> boxes = YoloxDecoder.Decode(output, input[2], input[3], $"Model '{model.Name}': output '{model.OutputName}'");
        int classes = YoloxDecoder.ClassesOf(output);
        return picture.Truth.FirstOrDefault(o => o.Class >= classes) is { Class: > 0 } unknown
            ? throw new InvalidSampleException(
                $"Picture '{picture.Sample.Name}' has an object of class {unknown.Class}, but model '{model.Name}' has {classes} classes, 0 to {classes - 1}.")
            : PictureMatches.Of(boxes, picture.Truth);
    }

    private static double[] Figures(MeanAveragePrecision precision, int[] draw)
    {
        int[] times = new int[draw.Length];
        foreach (int picture in draw)
        {
            times[picture]++;
        }

        AveragePrecisions figures = precision.On(times);
        return [figures.Ap, figures.Ap50];
    }
}
