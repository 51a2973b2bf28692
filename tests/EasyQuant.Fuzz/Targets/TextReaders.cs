using EasyQuant.Cli.Quantization;
using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;

namespace EasyQuant.Fuzz.Targets;

/// <summary>What reads text files, and what is then done with them.</summary>
internal static class TextReaders
{
    private static readonly TimeSpan s_patternTimeout = TimeSpan.FromSeconds(1);

    private static readonly Picture s_picture = new("picture", 40, 30, 3, new byte[40 * 30 * 3]);

    /// <summary>Reads a preprocessing and prepares a picture.</summary>
    public static void Preprocess(string path) => PreprocessJson.Load(path).Apply(s_picture, 3, 32, 32);

    /// <summary>Reads wishes for layers.</summary>
    public static void Layers(string path) => LayerConfigFile.Read(path, s_patternTimeout);

    /// <summary>Reads classes of pictures.</summary>
    public static void Labels(string path) => LabelFile.Read(path);

    /// <summary>Reads objects in pictures.</summary>
    public static void Boxes(string path) => BoxFile.Read(path);
}
