using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How well detectors with YOLOX's output (<see cref="YoloxDecoder"/>) find the objects in pictures: COCO's average precision, see <see cref="MeanAveragePrecision"/>.</summary>
/// <param name="pictures">Pictures, with the boxes of their objects in pixels of the models' input.</param>
public sealed class DetectionTask(ITruthSource<IReadOnlyList<LabelledBox>> pictures) : MeasuredTask<IReadOnlyList<LabelledBox>, PictureMatches>(pictures)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoreKind> Kinds { get; } = [new("ap", "AP", "%", 2), new("ap50", "AP50", "%", 2)];

    private protected override PictureMatches ScoreOf(SampleWithTruth<IReadOnlyList<LabelledBox>> sample, EvaluatedModel model, Tensor output)
    {
        Shape input = sample.Sample.Inputs.Values.Single().Shape;
        IReadOnlyList<ScoredBox> boxes = YoloxDecoder.Decode(output, input[2], input[3], $"Model '{model.Name}': output '{model.OutputName}'");
        int classes = YoloxDecoder.ClassesOf(output);
        return sample.Truth.FirstOrDefault(o => o.Class >= classes) is { Class: > 0 } unknown
            ? throw new InvalidSampleException(
                $"Picture '{sample.Sample.Name}' has an object of class {unknown.Class}, but model '{model.Name}' has {classes} classes, 0 to {classes - 1}.")
            : PictureMatches.Of(boxes, sample.Truth);
    }

    private protected override TaskFigures FiguresOf(PictureMatches[] scores, TaskOptions options)
    {
        if (scores.All(p => p.ObjectClasses.Count == 0))
        {
            throw new InvalidSampleException("The pictures hold no object to be found. Check that the box file belongs to them.");
        }

        MeanAveragePrecision precision = new(scores);
        return new TaskFigures(scores.Length, "pictures", draw =>
        {
            AveragePrecisions figures = precision.On(TimesOf(draw));
            return [figures.Ap, figures.Ap50];
        });
    }

    private static int[] TimesOf(int[] draw)
    {
        int[] times = new int[draw.Length];
        foreach (int picture in draw)
        {
            times[picture]++;
        }

        return times;
    }
}
