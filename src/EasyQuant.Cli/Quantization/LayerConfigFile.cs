using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using EasyQuant.Quantization;

namespace EasyQuant.Cli.Quantization;

/// <summary>Wishes for single layers as a JSON file: what <c>quantize --config</c> reads and <c>sensitivity</c> writes.</summary>
/// <remarks><code>{ "layers": [ { "name": "^conv1$", "weightBits": 8, "activationBits": 8 }, { "name": "^head", "float": true } ] }</code></remarks>
internal static class LayerConfigFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The wishes in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="patternTimeout">How long matching a name may take.</param>
    /// <exception cref="UnusableFileException">It cannot be read, or says something that is not understood.</exception>
    public static LayerOverride[] Read(string path, TimeSpan patternTimeout)
    {
        IReadOnlyList<Layer?> layers;
        try
        {
            layers = JsonSerializer.Deserialize<Document>(File.ReadAllText(path), s_options)?.Layers ?? throw new JsonException("it holds null in place of layers.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UnusableFileException($"Layer file '{path}' cannot be used: {error.Message} Expected {{ \"layers\": [ {{ \"name\": REGEX, \"weightBits\": 2 to 8, \"activationBits\": 2 to 8, \"float\": true }} ] }}.", error);
        }

        return [.. layers.Select((layer, index) => ToOverride(layer, $"Layer file '{path}', layers[{index}]", patternTimeout))];
    }

    /// <summary>The text of a file with these wishes.</summary>
    public static string Write(IEnumerable<LayerOverride> layers) => JsonSerializer.Serialize(
        new Document([.. layers.Select(l => new Layer(l.Pattern.ToString(), l.WeightBits, l.ActivationBits, l.Float))]), s_options);

    private static LayerOverride ToOverride(Layer? layer, string origin, TimeSpan patternTimeout)
    {
        if (string.IsNullOrEmpty(layer?.Name))
        {
            throw new UnusableFileException($"{origin} has no name; expected a regular expression that matches names of layers.");
        }

        foreach ((string key, int? bits) in new[] { ("weightBits", layer.WeightBits), ("activationBits", layer.ActivationBits) })
        {
            if (bits is < IntegerRange.MinimumBits or > IntegerRange.MaximumBits)
            {
                throw new UnusableFileException($"{origin}: {key} is {bits}, expected {IntegerRange.MinimumBits} to {IntegerRange.MaximumBits}.");
            }
        }

        try
        {
            return new LayerOverride(new Regex(layer.Name, RegexOptions.None, patternTimeout), layer.WeightBits, layer.ActivationBits, layer.Float);
        }
        catch (RegexParseException error)
        {
            throw new UnusableFileException($"{origin}: '{layer.Name}' is no regular expression: {error.Message}", error);
        }
    }

    private sealed record Document([property: JsonRequired] IReadOnlyList<Layer?>? Layers);

    private sealed record Layer(string Name, int? WeightBits, int? ActivationBits, bool Float);
}
