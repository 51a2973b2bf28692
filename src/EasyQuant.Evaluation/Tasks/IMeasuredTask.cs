using EasyQuant.Graphs;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>A metric over a model's outputs on a set of samples: what a network is for, in figures of which more is better.</summary>
public interface IMeasuredTask
{
    /// <summary>What is measured, the most telling first.</summary>
    IReadOnlyList<ScoreKind> Kinds { get; }

    /// <summary>How many samples there are.</summary>
    int Samples { get; }

    /// <summary>The form of a model that the task runs.</summary>
    Model Prepare(Model model);

    /// <summary>Measures one model. Samples stay in memory where they fit, so that they are decoded once however many models follow.</summary>
    /// <param name="model">The model, prepared.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="EasyQuant.Data.InvalidSampleException">A sample cannot be used, or the samples are none that the figures could be of.</exception>
    /// <exception cref="InvalidModelException">The model cannot be run, or has not the output that the task needs.</exception>
    TaskFigures Measure(EvaluatedModel model, TaskOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Measures models beside each other; the first is the reference.</summary>
    /// <param name="models">The models, prepared.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="EasyQuant.Data.InvalidSampleException">A sample cannot be used, or the samples are none that the figures could be of.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or its output has not the form that the task needs.</exception>
    TaskReport Compare(IReadOnlyList<EvaluatedModel> models, TaskOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default);
}

/// <summary>The figures of one model, on all that was measured and on every draw from it.</summary>
/// <param name="Units">How many of what the figures are over: pictures, or pairs.</param>
/// <param name="UnitName"><c>pictures</c> or <c>pairs</c>.</param>
/// <param name="On">The figures on the units with these indices, of which the same may come several times; may be called by several threads.</param>
public sealed record TaskFigures(int Units, string UnitName, Func<int[], double[]> On)
{
    /// <summary>The figures on all units, one for each kind.</summary>
    public double[] OnAll() => On([.. Enumerable.Range(0, Units)]);
}
