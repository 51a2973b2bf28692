using System.Text.Json.Serialization;

namespace EasyQuant.Data.Preprocessing;

/// <summary>The JSON form of a <see cref="Preprocess"/>, before its words are understood.</summary>
internal sealed record PreprocessDocument
{
    public string? Color { get; init; }
    public double? Scale { get; init; }
    public double[]? Mean { get; init; }
    public double[]? Std { get; init; }
    public ResizeDocument? Resize { get; init; }
    public string? Crop { get; init; }
    public string? Interpolation { get; init; }
}

/// <summary>The JSON form of a <see cref="ResizeRule"/>.</summary>
internal sealed record ResizeDocument
{
    public string? Mode { get; init; }
    public int? Size { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public int? Pad { get; init; }
    public string? Anchor { get; init; }
    public int? Of { get; init; }
    public string? By { get; init; }
    public int? LongSide { get; init; }
}

/// <summary>Readers and writers generated at build time, so that nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PreprocessDocument))]
internal sealed partial class PreprocessJsonContext : JsonSerializerContext;
