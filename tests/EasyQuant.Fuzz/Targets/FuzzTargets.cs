using EasyQuant.Fuzz.Kit;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Everything that reads what comes from outside.</summary>
internal static class FuzzTargets
{
    /// <summary>The readers.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new ModelTarget(),
        new OperatorTarget(),
        new GeneratedGraphTarget(),
        new ExternalDataTarget(),
        new QuantizedModelTarget(),
        new PreparedModelTarget(),
        new TensorFileTarget(),
        new ArrayTarget("npy", ArraySeeds.Npy),
        new ArrayTarget("npz", ArraySeeds.Npz),
        new ArrayTarget("idx", ArraySeeds.Idx),
        new PictureTarget("jpeg", 800, null, "color.jpg", "grey.jpg", "cmyk.jpg", "progressive.jpg"),
        new PictureTarget("png", 64, PngChecksums.Mend, "color.png", "grey.png", "alpha.png", "palette.png"),
        new PictureTarget("portable-map", 24, null, "color.ppm", "grey.pgm"),
        new PictureTarget("bmp", 60, null, "color.bmp", "palette8.bmp", "bits.bmp"),
        new TextTarget("preprocess", "preprocess.json", TextReaders.Preprocess, TextSeeds.Preprocess),
        new TextTarget("layers", "layers.json", TextReaders.Layers, TextSeeds.Layers),
        new TextTarget("labels", "labels.csv", TextReaders.Labels, TextSeeds.Labels),
        new TextTarget("boxes", "boxes.csv", TextReaders.Boxes, TextSeeds.Boxes),
    ];

    /// <summary>The reader of that name, the one for testing the kit included.</summary>
    public static FuzzTarget Named(string name) =>
        All.Append(new MisbehavingTarget()).FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"There is no reader '{name}'; there are {string.Join(", ", All.Select(t => t.Name))}.", nameof(name));
}
