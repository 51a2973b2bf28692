using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>Measures again and again what quantized forms of one network lose in a task, on the same samples.</summary>
/// <remarks>Quantized models run in integers. The float network is measured once, at the beginning.</remarks>
public sealed class TaskLoss
{
    private readonly IMeasuredTask _task;
    private readonly TaskOptions _options;
    private readonly int _kind;
    private readonly TaskFigures _reference;
    private double[][]? _replicates;

    private TaskLoss(IMeasuredTask task, int kind, TaskOptions options, TaskFigures reference)
    {
        (_task, _kind, _options, _reference) = (task, kind, options, reference);
        Reference = reference.OnAll()[kind];
    }

    /// <summary>The figure that counts.</summary>
    public ScoreKind Kind => _task.Kinds[_kind];

    /// <summary>How many samples there are.</summary>
    public int Samples => _task.Samples;

    /// <summary>The float network's figure.</summary>
    public double Reference { get; }

    /// <summary>Measures the float network.</summary>
    /// <param name="reference">The float network.</param>
    /// <param name="task">What it is for.</param>
    /// <param name="kind">Which of the task's figures counts.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the run is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <inheritdoc cref="IMeasuredTask.Measure" path="/exception"/>
    public static TaskLoss From(
        Model reference, IMeasuredTask task, ScoreKind kind, TaskOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        int index = task.Kinds.ToList().IndexOf(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(kind));
        using EvaluatedModel model = new("the float model", task.Prepare(reference));
        return new TaskLoss(task, index, options, task.Measure(model, options, progress, cancellationToken));
    }

    /// <summary>What a model loses, in the figure's unit: the float network's figure minus its own.</summary>
    /// <inheritdoc cref="IMeasuredTask.Measure" path="/exception"/>
    public double Of(Model model, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Between(FiguresOf(model, progress, cancellationToken));

    /// <summary>The same with its 95 % interval, both networks on the same draws of a <see cref="Bootstrap"/>.</summary>
    /// <inheritdoc cref="IMeasuredTask.Measure" path="/exception"/>
    public (double Loss, Interval Interval) WithInterval(Model model, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        TaskFigures figures = FiguresOf(model, progress, cancellationToken);
        _replicates ??= _options.Bootstrap.Replicate(_reference.Units, _reference.On, cancellationToken);
        double[][] own = _options.Bootstrap.Replicate(figures.Units, figures.On, cancellationToken);
        return (Between(figures), Bootstrap.IntervalOfDifference(_replicates, own, _kind));
    }

    private double Between(TaskFigures figures) => Bootstrap.Difference(Reference, figures.OnAll()[_kind]);

    private TaskFigures FiguresOf(Model model, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        using EvaluatedModel quantized = new("the quantized model", _task.Prepare(model), Engine.Integer);
        return _task.Measure(quantized, _options, progress, cancellationToken);
    }
}
