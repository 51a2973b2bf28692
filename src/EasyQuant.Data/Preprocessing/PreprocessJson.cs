using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EasyQuant.Data.Preprocessing;

/// <summary>Preprocessings as text: the name of a preset, or a JSON object that spells everything out.</summary>
/// <remarks>
/// <code>
/// { "color": "RGB|BGR|GRAY|auto", "scale": 0.00392, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
///   "resize": { "mode": "shortSide", "size": 256 } | { "mode": "exact", "width": 112, "height": 112 }
///           | { "mode": "letterbox", "width": 416, "height": 416, "pad": 114, "anchor": "topLeft|center" }
///           | { "mode": "multiple", "of": 32, "by": "pad|resize", "longSide": 960, "pad": 0 } | { "mode": "none" },
///   "crop": "center|none", "interpolation": "bilinear|bicubic|nearest" }
/// </code>
/// What is absent is as in the preset <c>none</c>; sizes that are absent follow the model. What is unknown is an error.
/// </remarks>
public static class PreprocessJson
{
    private static readonly (string Name, ColorOrder Value)[] Colors =
        [("auto", ColorOrder.Auto), ("RGB", ColorOrder.Rgb), ("BGR", ColorOrder.Bgr), ("GRAY", ColorOrder.Grey)];

    private static readonly (string Name, Crop Value)[] Crops = [("none", Crop.None), ("center", Crop.Center)];

    private static readonly (string Name, Anchor Value)[] Anchors = [("center", Anchor.Center), ("topLeft", Anchor.TopLeft)];

    private static readonly (string Name, Rounding Value)[] Roundings = [("pad", Rounding.Pad), ("resize", Rounding.Resize)];

    private static readonly (string Name, Interpolation Value)[] Interpolations =
        [("bilinear", Interpolation.Bilinear), ("bicubic", Interpolation.Bicubic), ("nearest", Interpolation.Nearest)];

    /// <summary>The preset of that name, or what the JSON file at that path says.</summary>
    /// <exception cref="InvalidSampleException">It is neither, or the file says something that is not understood.</exception>
    public static Preprocess Load(string nameOrPath)
    {
        if (PreprocessPresets.All.TryGetValue(nameOrPath, out Preprocess? preset))
        {
            return preset;
        }

        return File.Exists(nameOrPath)
            ? Parse(File.ReadAllText(nameOrPath), nameOrPath)
            : throw new InvalidSampleException($"'{nameOrPath}' is neither a preprocessing preset ({string.Join(", ", PreprocessPresets.All.Keys)}) nor a JSON file.");
    }

    /// <summary>The shortest text that <see cref="FromText"/> reads back: a preset's name where there is one, else JSON.</summary>
    public static string ToText(Preprocess preprocess)
    {
        string json = Write(preprocess);
        return PreprocessPresets.All.Where(p => Write(p.Value) == json).Select(p => p.Key).FirstOrDefault(json);
    }

    /// <summary>Reads what <see cref="ToText"/> wrote, such as a model's metadata.</summary>
    /// <exception cref="InvalidSampleException">It is neither a preset's name nor a valid JSON object.</exception>
    public static Preprocess FromText(string text, string origin) =>
        PreprocessPresets.All.TryGetValue(text, out Preprocess? preset) ? preset : Parse(text, origin);

    /// <summary>The JSON object of a preprocessing, in one line.</summary>
    public static string Write(Preprocess preprocess) => JsonSerializer.Serialize(
        new PreprocessDocument
        {
            Color = NameOf(preprocess.Color, Colors),
            Scale = preprocess.Scale,
            Mean = [.. preprocess.Mean],
            Std = [.. preprocess.Std],
            Resize = ToDocument(preprocess.Resize),
            Crop = NameOf(preprocess.Crop, Crops),
            Interpolation = NameOf(preprocess.Interpolation, Interpolations),
        },
        PreprocessJsonContext.Default.PreprocessDocument);

    /// <summary>The preprocessing that a JSON object describes.</summary>
    /// <exception cref="InvalidSampleException">The text is no JSON, or has an unknown property or value; the message gives the known ones.</exception>
    public static Preprocess Parse(string json, string origin)
    {
        PreprocessDocument document;
        try
        {
            using (JsonDocument tree = JsonDocument.Parse(json))
            {
                CheckProperties(tree.RootElement, origin);
            }

            document = JsonSerializer.Deserialize(json, PreprocessJsonContext.Default.PreprocessDocument)!;
        }
        catch (JsonException e)
        {
            throw new InvalidSampleException($"Preprocessing '{origin}' is not valid: {e.Message}", e);
        }

        return new Preprocess
        {
            Color = ValueOf(document.Color, Colors, "color", origin),
            Scale = document.Scale ?? 1,
            Mean = document.Mean is null ? [0] : PerChannel(document.Mean, "mean", origin),
            Std = document.Std is null ? [1] : PerChannel(document.Std, "std", origin),
            Resize = ToRule(document.Resize ?? new ResizeDocument { Mode = "none" }, origin),
            Crop = ValueOf(document.Crop, Crops, "crop", origin),
            Interpolation = ValueOf(document.Interpolation, Interpolations, "interpolation", origin),
        };
    }

    private static ResizeDocument ToDocument(ResizeRule rule) => rule switch
    {
        ResizeRule.ShortSide shortSide => new() { Mode = "shortSide", Size = shortSide.Size },
        ResizeRule.Exact exact => new() { Mode = "exact", Width = exact.Width, Height = exact.Height },
        ResizeRule.Letterbox box => new() { Mode = "letterbox", Width = box.Width, Height = box.Height, Pad = box.Pad, Anchor = NameOf(box.Anchor, Anchors) },
        ResizeRule.Multiple multiple => new() { Mode = "multiple", Of = multiple.Of, By = NameOf(multiple.By, Roundings), LongSide = multiple.LongSide, Pad = multiple.By == Rounding.Pad ? multiple.Pad : null },
        _ => new() { Mode = "none" },
    };

    private static ResizeRule ToRule(ResizeDocument resize, string origin)
    {
        int?[] sizes = [resize.Size, resize.Width, resize.Height, resize.Of, resize.LongSide];
        Check(sizes.All(s => s is null or (> 0 and <= 16384)), "resize: sizes are 1 to 16384", origin);
        Check(resize.Pad is null or (>= 0 and <= 255), "resize: pad is 0 to 255", origin);
        bool hasSize = resize.Size is not null;
        bool hasSides = resize.Width is not null || resize.Height is not null;
        bool hasPadding = resize.Pad is not null || resize.Anchor is not null;
        Check(resize.Mode == "multiple" || (resize.Of is null && resize.By is null && resize.LongSide is null), "resize: 'of', 'by' and 'longSide' go with mode 'multiple'", origin);
        switch (resize.Mode)
        {
            case "shortSide":
                Check(!hasSides && !hasPadding, "resize: mode 'shortSide' takes 'size' only", origin);
                return new ResizeRule.ShortSide(resize.Size);
            case "exact":
                Check(!hasSize && !hasPadding, "resize: mode 'exact' takes 'width' and 'height' only", origin);
                return new ResizeRule.Exact(resize.Width, resize.Height);
            case "letterbox":
                Check(!hasSize, "resize: mode 'letterbox' takes 'width', 'height', 'pad' and 'anchor', not 'size'", origin);
                return new ResizeRule.Letterbox(resize.Width, resize.Height, (byte)(resize.Pad ?? 114), ValueOf(resize.Anchor, Anchors, "anchor", origin));
            case "multiple":
                Rounding by = ValueOf(resize.By, Roundings, "resize: by", origin);
                Check(!hasSize && !hasSides && resize.Anchor is null, "resize: mode 'multiple' takes 'of', 'by', 'longSide' and 'pad' only", origin);
                Check(by == Rounding.Pad || resize.Pad is null, "resize: 'pad' goes with \"by\": \"pad\"", origin);
                return new ResizeRule.Multiple(resize.Of ?? 32, by, resize.LongSide, (byte)(resize.Pad ?? 0));
            default:
                Check(resize.Mode == "none", $"resize: mode '{resize.Mode}' is not known; known: 'shortSide', 'exact', 'letterbox', 'multiple', 'none'", origin);
                Check(!hasSize && !hasSides && !hasPadding, "resize: mode 'none' takes nothing else", origin);
                return new ResizeRule.Keep();
        }
    }

    private static double[] PerChannel(double[] values, string name, string origin)
    {
        Check(values.Length is 1 or 3, $"{name} has {values.Length} values; expected 1 or 3", origin);
        Check(name != "std" || !values.Contains(0), "std holds a zero, by which nothing can be divided", origin);
        return values;
    }

    private static string NameOf<T>(T value, (string Name, T Value)[] names) => names.First(n => EqualityComparer<T>.Default.Equals(n.Value, value)).Name;

    // The first of the names is the default.
    private static T ValueOf<T>(string? name, (string Name, T Value)[] names, string property, string origin)
    {
        (string Name, T Value) found = name is null ? names[0] : names.FirstOrDefault(n => string.Equals(n.Name, name, StringComparison.OrdinalIgnoreCase));
        Check(found.Name is not null, $"{property} '{name}' is not known; known: {string.Join(", ", names.Select(n => $"'{n.Name}'"))}", origin);
        return found.Value;
    }

    private static void CheckProperties(JsonElement root, string origin)
    {
        CheckProperties(root, PreprocessJsonContext.Default.PreprocessDocument, "", origin);
        if (root.TryGetProperty("resize", out JsonElement resize))
        {
            CheckProperties(resize, PreprocessJsonContext.Default.ResizeDocument, "resize: ", origin);
        }
    }

    private static void CheckProperties(JsonElement element, JsonTypeInfo type, string place, string origin)
    {
        Check(element.ValueKind == JsonValueKind.Object, $"{place}expected an object, found {element.ValueKind}", origin);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            JsonPropertyInfo? known = type.Properties.FirstOrDefault(p => p.Name == property.Name);
            Check(
                known is not null,
                $"{place}property '{property.Name}' is not known; known: {string.Join(", ", type.Properties.Select(p => $"'{p.Name}'"))}",
                origin);
            string? expected = ExpectedInsteadOf(property.Value, known!.PropertyType);
            Check(expected is null, $"{place}{property.Name}: expected {expected}, found {property.Value.ValueKind}", origin);
        }
    }

    // What the property takes, where it does not take this; the reader's own messages name .NET's types.
    private static string? ExpectedInsteadOf(JsonElement value, Type type)
    {
        (string expected, bool fits) =
            type == typeof(string) ? ("a text", value.ValueKind == JsonValueKind.String)
            : type == typeof(double[]) ? ("a list of numbers", value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number))
            : type == typeof(double?) ? ("a number", value.ValueKind == JsonValueKind.Number)
            : type == typeof(int?) ? ("a whole number", value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _))
            : ("an object", value.ValueKind == JsonValueKind.Object);
        return fits || value.ValueKind == JsonValueKind.Null ? null : expected;
    }

    private static void Check(bool holds, string finding, string origin)
    {
        if (!holds)
        {
            throw new InvalidSampleException($"Preprocessing '{origin}' is not valid: {finding}.");
        }
    }
}
