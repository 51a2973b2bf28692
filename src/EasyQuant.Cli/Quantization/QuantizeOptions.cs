using System.CommandLine;
using System.Text.RegularExpressions;
using EasyQuant.Cli.Options;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Quantization;

/// <summary>The options of <c>quantize</c> that say how, and what they make.</summary>
internal sealed class QuantizeOptions
{
    // A pattern from the command line may be one that never ends.
    private static readonly TimeSpan s_patternTimeout = TimeSpan.FromSeconds(1);

    private readonly Option<string> _method;
    private readonly Option<string> _preset;
    private readonly Option<string?> _start;
    private readonly Option<string> _objective;
    private readonly Option<int> _rounds = new Option<int>("--rounds") { Description = "Sweeps of EasyQuant's search; those after the first refine the scales found.", HelpName = "N", DefaultValueFactory = _ => 1 }.AtLeast(1);
    private readonly Option<int> _bits = new Option<int>("--bits") { Description = "Bits of weights and activations.", HelpName = "B", DefaultValueFactory = _ => 8 }.Between(IntegerRange.MinimumBits, IntegerRange.MaximumBits);
    private readonly Option<int?> _weightBits = BitsOption("--weight-bits", "Bits of weights, where they differ.");
    private readonly Option<int?> _activationBits = BitsOption("--activation-bits", "Bits of activations, where they differ.");
    private readonly Option<string> _rounding;
    private readonly Option<string> _activations;
    private readonly Option<bool> _equalize = new("--equalize") { Description = "Bring the channels around functions such as x * sigmoid(x) and PRelu to like ranges first, cutting off what costs more than it is worth; otherwise the network computes the same. Wants 100 samples or more." };
    private readonly Option<string> _activationType;
    private readonly Option<string[]> _exclude = new("--exclude") { Description = "Layers whose name matches stay in float; may be given several times.", HelpName = "REGEX" };
    private readonly Option<string?> _config = new("--config") { Description = "Wishes for single layers: a JSON file { \"layers\": [ { \"name\": REGEX, \"weightBits\": 8, \"float\": true } ] }.", HelpName = "FILE.json" };
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public QuantizeOptions()
    {
        _method = new Option<string>("--method") { Description = "How scales are chosen.", DefaultValueFactory = _ => "eq" };
        _method.AcceptOnlyFromAmong([.. MethodNames.All.Keys]);
        _preset = new Option<string>("--preset") { Description = "EasyQuant as in the paper; as in its authors' program; or as in the paper with --rounding reconstruct and 200 samples, which takes some five times as long.", DefaultValueFactory = _ => "paper" };
        _preset.AcceptOnlyFromAmong("paper", "repo", "accurate");
        _start = new Option<string?>("--start") { Description = "Whose activation thresholds eq starts at; the preset says it otherwise." };
        _start.AcceptOnlyFromAmong([.. MethodNames.All.Keys.Where(k => MethodNames.All[k] != QuantizationMethod.EasyQuant)]);
        _objective = new Option<string>("--objective") { Description = "What EasyQuant's search looks at: the direction of a layer's output, or its noise.", DefaultValueFactory = _ => "cosine" };
        _objective.AcceptOnlyFromAmong("cosine", "sqnr");
        _rounding = new Option<string>("--rounding") { Description = "Each weight to the nearest integer, or all of a layer together for the layer's output.", DefaultValueFactory = _ => "nearest" };
        _rounding.AcceptOnlyFromAmong("nearest", "reconstruct");
        _activations = new Option<string>("--activations") { Description = "The grid of activations that may be negative: as far below zero as above, as far as each side reaches, or whichever suits the tensor.", DefaultValueFactory = _ => "auto" };
        _activations.AcceptOnlyFromAmong("auto", "symmetric", "asymmetric");
        _activationType = new Option<string>("--activation-type") { Description = "How activations are stored; the numbers are the same. uint8 suits x86 runtimes best.", DefaultValueFactory = _ => "uint8" };
        _activationType.AcceptOnlyFromAmong("uint8", "int8");
        _exclude.Validators.Add(result =>
        {
            foreach (string pattern in result.Tokens.Select(t => t.Value))
            {
                try
                {
                    _ = new Regex(pattern);
                }
                catch (RegexParseException error)
                {
                    result.AddError($"--exclude '{pattern}' is no regular expression: {error.Message}");
                }
            }
        });
    }

    /// <summary>The options in the order of the help.</summary>
    public IEnumerable<Option> All => [_method, _preset, _start, _objective, _rounds, _bits, _weightBits, _activationBits, _rounding, _activations, _equalize, _activationType, _exclude, _config, _threads];

    /// <summary>The method's short name.</summary>
    public string MethodOf(ParseResult parsed) => parsed.GetValue(_method)!;

    /// <summary>Whether accuracy is worth more time.</summary>
    public bool IsAccurate(ParseResult parsed) => parsed.GetValue(_preset) == "accurate";

    /// <summary>What the command line wishes for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="forTarget">Whether few bits are sought, for which reconstruction is the default.</param>
    public QuantizationOptions Read(ParseResult parsed, bool forTarget = false)
    {
        if (parsed.GetValue(_start) is { } start && MethodOf(parsed) != "eq")
        {
            throw new UsageException($"--start {start} is for --method eq, whose search starts there; '{MethodOf(parsed)}' searches nothing.");
        }

        bool reconstructs = parsed.IsGiven(_rounding) ? parsed.GetValue(_rounding) == "reconstruct" : forTarget || IsAccurate(parsed);
        int bits = parsed.GetValue(_bits);
        return new QuantizationOptions
        {
            Method = MethodNames.All[MethodOf(parsed)],
            Preset = parsed.GetValue(_preset) == "repo" ? EasyQuantPreset.Repo : EasyQuantPreset.Paper,
            Start = parsed.GetValue(_start) is { } calibrator ? MethodNames.All[calibrator] : null,
            Objective = parsed.GetValue(_objective) == "sqnr" ? ScaleObjective.Sqnr : ScaleObjective.Cosine,
            Rounds = parsed.GetValue(_rounds),
            WeightBits = parsed.GetValue(_weightBits) ?? bits,
            ActivationBits = parsed.GetValue(_activationBits) ?? bits,
            Reconstruction = reconstructs ? new WeightReconstructionOptions() : null,
            ActivationGrid = Enum.Parse<ActivationGrid>(parsed.GetValue(_activations)!, ignoreCase: true),
            Equalize = parsed.GetValue(_equalize),
            ActivationType = parsed.GetValue(_activationType) == "int8" ? DataType.Int8 : DataType.UInt8,
            Exclude = [.. (parsed.GetValue(_exclude) ?? []).Select(p => new Regex(p, RegexOptions.None, s_patternTimeout))],
            Overrides = parsed.GetValue(_config) is { } config ? LayerConfigFile.Read(config, s_patternTimeout) : [],
            Threads = parsed.GetValue(_threads),
        };
    }

    private static Option<int?> BitsOption(string name, string description) =>
        new Option<int?>(name) { Description = description, HelpName = "B" }.Between(IntegerRange.MinimumBits, IntegerRange.MaximumBits);
}
