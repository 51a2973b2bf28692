using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Calibration;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Qdq;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Sensitivity;

/// <summary>Models in which some layers of a network are quantized and the others are not, all with the thresholds of one calibration.</summary>
public sealed class LayerVariants
{
    private readonly Model _prepared;
    private readonly QuantizationOptions _options;
    private readonly QuantizationPlan _plan;
    private readonly Dictionary<string, StartGrid> _grids = [];
    private readonly string[] _nonNegativeInputs;
    private readonly IReadOnlyDictionary<Value, Shape> _shapes;

    private LayerVariants(Model prepared, QuantizationOptions options, Calibrated calibrated)
    {
        _prepared = prepared;
        _options = options;
        _plan = calibrated.Plan;
        _shapes = calibrated.Shapes;
        _nonNegativeInputs = [.. calibrated.NonNegativeInputs.Select(v => v.Name)];
        foreach (TensorGroup group in _plan.Groups)
        {
            foreach (Value member in group.Members)
            {
                _grids[member.Name] = new StartGrid(group.Range, calibrated.Scales[group]);
            }
        }
    }

    /// <summary>The layers that can be quantized, in the order in which they are computed.</summary>
    public IReadOnlyList<QuantizableLayer> Layers => _plan.Layers;

    /// <summary>Multiply-accumulates of a layer on one sample.</summary>
    public long MacsOf(QuantizableLayer layer) => _shapes[layer.Output].ElementCount * layer.RowLength;

    /// <summary>Calibrates a network once.</summary>
    /// <exception cref="InvalidModelException">The model cannot be quantized.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be used.</exception>
    public static LayerVariants Of(Model model, ISampleSource samples, QuantizationOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        using WorkerPool workers = new(options.Threads);
        Model prepared = PostTrainingQuantizer.Prepare(model, samples, options, workers, cancellationToken);
        return new LayerVariants(prepared, options, PostTrainingQuantizer.Calibrate(prepared, samples, options, workers, null, cancellationToken));
    }

    /// <summary>The network with these layers quantized at the bits of the options, and no others; null where there is none.</summary>
    public Model? With(Func<QuantizableLayer, bool> isQuantized)
    {
        LayerOverride[] kept = [.. Layers.Where(l => !isQuantized(l)).Select(l => new LayerOverride(LayerOverride.Exactly(l.Name), Float: true))];
        if (kept.Length == Layers.Count)
        {
            return null;
        }

        Model model = _prepared.Clone();
        QuantizationOptions options = _options with { Overrides = [.. kept, .. _options.Overrides] };
        QuantizationPlan plan = QuantizationPlanner.Plan(model.Graph, options, [.. model.Graph.Inputs.Where(i => _nonNegativeInputs.Contains(i.Name))]);
        StartGrid[] grids = [.. plan.Groups.Select(GridOf)];
        plan = plan.WithGrids([.. grids.Select(g => g.Range)]);
        QdqExporter.Apply(model, plan, new ScaleTable(plan, [.. grids.Select(g => g.Scale)], l => options.WeightRangeOf(l.Name)), options.ActivationType);
        return model;
    }

    // A group here is part of one there: fewer layers want fewer tensors rounded.
    private StartGrid GridOf(TensorGroup group)
    {
        StartGrid widest = group.Members.Where(m => _grids.ContainsKey(m.Name)).Select(m => _grids[m.Name]).MaxBy(g => (double)g.Scale * g.Range.Largest);
        return group.Range.Signed && !widest.Range.IsSymmetric
            ? StartGrid.Over(widest.Ends.Low, widest.Ends.High, group.Range.Bits)
            : new StartGrid(group.Range, ScaleTable.StartScale((double)widest.Scale * widest.Range.Largest, group.Range));
    }
}
