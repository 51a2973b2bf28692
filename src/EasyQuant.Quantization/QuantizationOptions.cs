using System.Text.RegularExpressions;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Caching;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization;

/// <summary>How scales are chosen.</summary>
public enum QuantizationMethod
{
    /// <summary>Start from a calibrator's scales, then search every scale for the cosine similarity of its layer's output.</summary>
    EasyQuant,
    /// <summary>Activations and weights from their largest magnitudes.</summary>
    MinMax,
    /// <summary>Activation thresholds of least Kullback-Leibler divergence, as TensorRT does; weights from their largest magnitudes.</summary>
    Kl,
    /// <summary>Activation thresholds at a percentile of the magnitudes; weights from their largest magnitudes.</summary>
    Percentile,
    /// <summary>Activation thresholds of least mean squared error; weights from their largest magnitudes.</summary>
    MeanSquaredError,
}

/// <summary>What is wished for. The defaults follow the EasyQuant paper at 8 bits.</summary>
public sealed record QuantizationOptions
{
    /// <summary>How scales are chosen.</summary>
    public QuantizationMethod Method { get; init; } = QuantizationMethod.EasyQuant;

    /// <summary>Which of the two published forms of EasyQuant runs.</summary>
    public EasyQuantPreset Preset { get; init; } = EasyQuantPreset.Paper;

    /// <summary>Whose activation thresholds EasyQuant's search starts at; null for those of the preset.</summary>
    public QuantizationMethod? Start { get; init; }

    /// <summary>What EasyQuant's search makes small.</summary>
    public ScaleObjective Objective { get; init; } = ScaleObjective.Cosine;

    /// <summary>Sweeps over all weight scales and then all activation scales; the paper's experiments use one.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>How weights become integers; null rounds each to the nearest.</summary>
    public WeightReconstructionOptions? Reconstruction { get; init; }

    /// <summary>Bits of weights, 2 to 8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>Bits of the tensors that convolutions and matrix products read, 2 to 8.</summary>
    public int ActivationBits { get; init; } = 8;

    /// <summary>Which grid activations get that may be negative.</summary>
    public ActivationGrid ActivationGrid { get; init; } = ActivationGrid.Auto;

    /// <summary>
    /// Whether the channels of tensors in front of and behind functions such as x · sigmoid(x) and PRelu are brought to like ranges first, and ends of ranges
    /// cut off that cost more than they are worth. Networks without such
    /// functions come out the same.
    /// </summary>
    public bool Equalize { get; init; }

    /// <summary>How activations are stored: unsigned suits x86 runtimes best. The reals are the same.</summary>
    public DataType ActivationType { get; init; } = DataType.UInt8;

    /// <summary>Layers whose node name matches one of these stay in float.</summary>
    public IReadOnlyList<Regex> Exclude { get; init; } = [];

    /// <summary>Wishes for single layers; the first that matches a layer's name holds.</summary>
    public IReadOnlyList<LayerOverride> Overrides { get; init; } = [];

    /// <summary>Threads to use; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes of intermediate tensors kept in memory before they spill to a temporary file.</summary>
    public long MemoryBudgetBytes { get; init; } = 512L << 20;

    /// <summary>Where former runs' statistics and searches are found and this run's are kept; nothing is kept where there is none. The result is the same.</summary>
    public QuantizationCache? Cache { get; init; }

    /// <summary>
    /// Whether <see cref="QuantizationResult.Trace"/> is filled: distributions, thresholds, search curves. Costs another run
    /// over the samples and a somewhat longer search; the model comes out the same.
    /// </summary>
    public bool KeepTrace { get; init; }

    /// <summary>Throws where a wish cannot be met.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits outside 2 to 8, no thread, no round, a storage type other than 8 bits.</exception>
    public void Validate()
    {
        _ = new IntegerRange(WeightBits, signed: true);
        _ = new IntegerRange(ActivationBits, signed: false);
        foreach (LayerOverride layer in Overrides)
        {
            _ = new IntegerRange(layer.WeightBits ?? WeightBits, signed: true);
            _ = new IntegerRange(layer.ActivationBits ?? ActivationBits, signed: false);
        }

        if (Start == QuantizationMethod.EasyQuant || (Start is not null && Method != QuantizationMethod.EasyQuant))
        {
            throw new ArgumentOutOfRangeException(nameof(Start), Start, "EasyQuant's search, and no other method, starts at the thresholds of a method that searches nothing.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Rounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBudgetBytes, 0);
        if (ActivationType is not (DataType.UInt8 or DataType.Int8))
        {
            throw new ArgumentOutOfRangeException(nameof(ActivationType), ActivationType, "Activations are stored as UInt8 or Int8.");
        }
    }

    /// <summary>The grid of the weights of the layer of that name.</summary>
    public IntegerRange WeightRangeOf(string layer) => new(OverrideOf(layer)?.WeightBits ?? WeightBits, signed: true);

    /// <summary>Bits of the input of the layer of that name, as far as it alone is asked.</summary>
    public int ActivationBitsOf(string layer) => OverrideOf(layer)?.ActivationBits ?? ActivationBits;

    /// <summary>The override that holds for the layer of that name, or nothing.</summary>
    public LayerOverride? OverrideOf(string layer) => Overrides.FirstOrDefault(o => o.Pattern.IsMatch(layer));
}
