using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>What all tasks have in common: each output is reduced to a score as soon as it is there, and figures are of scores.</summary>
/// <typeparam name="TTruth">What is known of a sample.</typeparam>
/// <typeparam name="TScore">What is kept of an output.</typeparam>
public abstract class MeasuredTask<TTruth, TScore> : IMeasuredTask
{
    private readonly ITruthSource<TTruth> _samples;
    private readonly Lazy<ITruthSource<TTruth>> _kept;

    private protected MeasuredTask(ITruthSource<TTruth> samples)
    {
        _samples = samples;
        _kept = new Lazy<ITruthSource<TTruth>>(() => KeptSamples<TTruth>.Of(samples));
    }

    /// <inheritdoc/>
    public abstract IReadOnlyList<ScoreKind> Kinds { get; }

    /// <inheritdoc/>
    public int Samples => _samples.Count;

    /// <inheritdoc/>
    public virtual Model Prepare(Model model) => model;

    /// <inheritdoc/>
    public TaskFigures Measure(EvaluatedModel model, TaskOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FiguresOf(TaskRunner.Run([model], _kept.Value, ScoreOf, options, progress, cancellationToken)[0].Samples, options);

    /// <inheritdoc/>
    public TaskReport Compare(IReadOnlyList<EvaluatedModel> models, TaskOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ModelScores<TScore>[] scores = TaskRunner.Run(models, _samples, ScoreOf, options, progress, cancellationToken);
        TaskFigures[] figures = [.. scores.Select(s => FiguresOf(s.Samples, options))];
        ScoreComparison comparison = new(options.Bootstrap, Kinds, figures[0].Units);
        TaskResult[] results = [.. scores.Zip(figures, (s, f) => new TaskResult(s.Model, comparison.Add(f.On, cancellationToken), s.Error))];
        TaskResult? baseline = BaselineOf(scores[0].Samples) is { } simple ? new TaskResult(simple.Name, comparison.Add(simple.On, cancellationToken), null) : null;
        return new TaskReport(Samples, figures[0].Units, figures[0].UnitName, results, baseline);
    }

    /// <summary>What counts of an output.</summary>
    private protected abstract TScore ScoreOf(SampleWithTruth<TTruth> sample, EvaluatedModel model, Tensor output);

    /// <summary>The figures of a model with these scores, in the order of the samples.</summary>
    private protected abstract TaskFigures FiguresOf(TScore[] scores, TaskOptions options);

    /// <summary>What a simple method without any model achieves, where there is one.</summary>
    private protected virtual (string Name, Func<int[], double[]> On)? BaselineOf(TScore[] scores) => null;
}
