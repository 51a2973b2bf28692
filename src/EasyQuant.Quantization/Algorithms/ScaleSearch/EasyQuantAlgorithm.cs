using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// EasyQuant (D. Wu et al., "EasyQuant: Post-training Quantization via Scale Optimization", arXiv 2006.16669, algorithm 1):
/// sweep over all layers for their weight scales, then over all layers for their activation scales, until nothing changes
/// or the rounds are used up. Each layer sees its input as the quantized, already searched layers before it make it, and is
/// measured against its output in the float network.
/// </summary>
/// <remarks>
/// Beyond the paper: rounds after the first refine the scales found, on a narrow grid; a step is shared where layers read the same tensor or tensors that only differ by moved elements;
/// the objective may be noise instead of the cosine; matrix products are searched like convolutions; groups that no layer reads are searched for their own cosine; a
/// tensor that is never negative uses an unsigned grid; layers without a map are measured over all samples at once.
/// </remarks>
internal sealed class EasyQuantAlgorithm
{
    private readonly QuantizationPlan _plan;
    private readonly ScaleTable _scales;
    private readonly EasyQuantOptions _options;
    private readonly Dictionary<QuantizableLayer, float[]> _startWeightScales;
    private readonly Dictionary<TensorGroup, float> _startGroupScales;

    private readonly WorkerPool _workers;
    private readonly SearchJournal _journal;

    public EasyQuantAlgorithm(QuantizationPlan plan, ScaleTable scales, EasyQuantOptions options, WorkerPool workers, SearchTrace? trace = null)
    {
        _journal = new SearchJournal(plan, trace);
        _workers = workers;
        _plan = plan;
        _scales = scales;
        _options = options;
        _startWeightScales = plan.Layers.ToDictionary(l => l, l => scales.RoundingScales(l).ToArray());
        _startGroupScales = plan.Groups.ToDictionary(g => g, g => scales[g]);
    }

    /// <inheritdoc cref="SearchJournal.Steps"/>
    public IReadOnlyList<(string Subject, ScaleSearchOutcome Outcome)> Steps => _journal.Steps;

    /// <inheritdoc cref="SearchJournal.Cosines"/>
    public IReadOnlyDictionary<QuantizableLayer, (double Start, double End)> Cosines => _journal.Cosines;

    /// <summary>Searches; the table then holds the best steps.</summary>
    public void Run(LayerwiseSimulation simulation, IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken)
    {
        for (int round = 1; round <= _options.Rounds; round++)
        {
            int before = Steps.Count;
            _journal.Trace?.Round = round;
            simulation.Run(new WeightSweep(this, isFirst: round == 1), $"weights, round {round}", progress, cancellationToken);
            simulation.Run(new ActivationSweep(this, isFirst: round == 1), $"activations, round {round}", progress, cancellationToken);
            if (Steps.Skip(before).All(s => s.Outcome.LossAfter == s.Outcome.LossBefore))
            {
                break;
            }
        }
    }

    private void FitMagnitudes(LayerSegments segments)
    {
        if (_options.FitMagnitudes)
        {
            TensorGroup group = _plan.GroupOf(segments.Layer.Input)!;
            MagnitudeFit.Apply(segments, group.Range, _scales[group], _scales);
        }
    }

    private static double MeanCosine(LayerSegments segments, IntegerRange range, ScaleTable scales, float inputScale)
    {
        LayerOutputLoss loss = new(segments, range, scales);
        double[] losses = new double[segments.Count];
        segments.Workers.For(losses.Length, segment => losses[segment] = loss.Compute(segment, inputScale));
        return 1 - losses.Sum() / losses.Length;
    }

    private sealed class WeightSweep(EasyQuantAlgorithm owner, bool isFirst) : ILayerVisitor
    {
        public bool WantsSiblings => false;

        public ISearchJournal Journal => owner._journal;

        public void VisitLayer(LayerSegments segments, IReadOnlyList<LayerSegments> siblings, CancellationToken cancellationToken)
        {
            QuantizableLayer layer = segments.Layer;
            TensorGroup group = owner._plan.GroupOf(layer.Input)!;
            if (isFirst)
            {
                owner._journal.SetCosine(layer, MeanCosine(segments, group.Range, owner._scales, owner._scales[group]));
            }

            ScaleSearchOutcome[] outcomes = WeightScaleSearch.Run(
                segments, owner._scales[group], group.Range, owner._scales, owner._startWeightScales[layer], owner._options.Preset, cancellationToken, owner._journal.Trace, owner._options.Objective, isRefinement: !isFirst);
            owner._journal.Steps.AddRange(outcomes.Select((o, channel) => ($"{layer.Name}, weights of channel {channel}", o)));
            owner.FitMagnitudes(segments);
        }

        public void VisitCarriedGroup(TensorGroup group, IReadOnlyList<TensorStore.StoredTensor> quantized, IReadOnlyList<TensorStore.StoredTensor> reference, CancellationToken cancellationToken)
        {
        }
    }

    private sealed class ActivationSweep(EasyQuantAlgorithm owner, bool isFirst) : ILayerVisitor
    {
        public bool WantsSiblings => true;

        public ISearchJournal Journal => owner._journal;

        public void VisitLayer(LayerSegments segments, IReadOnlyList<LayerSegments> siblings, CancellationToken cancellationToken)
        {
            QuantizableLayer layer = segments.Layer;
            TensorGroup group = owner._plan.GroupOf(layer.Input)!;
            if (group.Readers[0] == layer)
            {
                ScaleSearchOutcome outcome = ActivationScaleSearch.Run(
                    [segments, .. siblings], group, owner._scales, owner._startGroupScales[group], owner._options.Preset, cancellationToken, owner._journal.Trace, owner._options.Objective, isRefinement: !isFirst);
                owner._journal.Steps.Add(($"{group.Name}, activations", outcome));
            }

            owner.FitMagnitudes(segments);
            owner._journal.SetCosine(layer, MeanCosine(segments, group.Range, owner._scales, owner._scales[group]));
        }

        public void VisitCarriedGroup(TensorGroup group, IReadOnlyList<TensorStore.StoredTensor> quantized, IReadOnlyList<TensorStore.StoredTensor> reference, CancellationToken cancellationToken)
        {
            ScaleSearchOutcome outcome = CarriedScaleSearch.Run(
                group, quantized, reference, owner._scales, owner._startGroupScales[group], owner._options.Preset, owner._workers, cancellationToken, owner._journal.Trace, owner._options.Objective, isRefinement: !isFirst);
            owner._journal.Steps.Add(($"{group.Name}, carried", outcome));
        }
    }
}
