using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EasyQuant.Quantization;

namespace EasyQuant.Benchmarks;

/// <summary>A way to quantize a network, written <c>METHOD:BITS</c> or <c>METHOD:WEIGHT_BITS/ACTIVATION_BITS</c>.</summary>
/// <param name="Method">One of <see cref="MethodsByName"/>.</param>
/// <param name="WeightBits">Bits of weights.</param>
/// <param name="ActivationBits">Bits of activations.</param>
internal sealed record Variant(string Method, int WeightBits, int ActivationBits)
{
    /// <summary>As tables name it: <c>INT8-EQ</c>, <c>W4A8-EQ+R</c>.</summary>
    public string Label => $"{(WeightBits == ActivationBits ? $"INT{WeightBits}" : $"W{WeightBits}A{ActivationBits}")}-{Method.ToUpperInvariant()}";

    public QuantizationOptions Options(int threads) => MethodsByName.Of(Method)! with { WeightBits = WeightBits, ActivationBits = ActivationBits, Threads = threads };

    /// <summary>An option that takes several.</summary>
    public static Option<Variant[]> Option(params string[] defaults) => new("--variants")
    {
        Description = $"METHOD:BITS or METHOD:WEIGHT_BITS/ACTIVATION_BITS. Methods: {MethodsByName.Help}.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. defaults.Select(d => Parse(d)!)],
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token.Value) ?? Refuse(result, token.Value)).OfType<Variant>()],
    };

    private static Variant? Parse(string text)
    {
        string[] parts = text.Split(':', '/');
        return parts.Length is 2 or 3 && MethodsByName.Of(parts[0]) is not null
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int weights) && int.TryParse(parts[^1], CultureInfo.InvariantCulture, out int activations)
            ? new Variant(parts[0], weights, activations)
            : null;
    }

    private static Variant? Refuse(ArgumentResult result, string text)
    {
        result.AddError($"'{text}' is no variant: expected METHOD:BITS, like eq:7 or eq+r:4/8; methods are {MethodsByName.Help}.");
        return null;
    }
}
