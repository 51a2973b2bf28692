using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.TextReading;

/// <summary>Where PP-OCRv4's models are.</summary>
/// <param name="Detector">The model that finds lines of text in a picture.</param>
/// <param name="Recognizer">The model that reads one line.</param>
/// <param name="Characters">The recognizer's characters, one a line.</param>
public sealed record OcrModels(string Detector, string Recognizer, string Characters)
{
    /// <summary>How to get what is missing.</summary>
    public const string WayOut = "run 'npm install --ignore-scripts --package-lock=false' in tests/EasyQuant.TextReading, or set EASYQUANT_OCR";

    /// <summary>The models, or nothing where they are not installed.</summary>
    public static OcrModels? Installed { get; } = Find();

    /// <summary>The models; the running test is skipped, with the reason, where they are absent.</summary>
    public static OcrModels OrSkip()
    {
        Assert.SkipWhen(Installed is null, $"needs PP-OCRv4's models: {WayOut}");
        return Installed!;
    }

    private static OcrModels? Find()
    {
        string folder = Environment.GetEnvironmentVariable("EASYQUANT_OCR") is { Length: > 0 } named
            ? named
            : Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.TextReading", "node_modules", "@gutenye", "ocr-models", "assets");
        OcrModels models = new(
            Path.Combine(folder, "ch_PP-OCRv4_det_infer.onnx"), Path.Combine(folder, "ch_PP-OCRv4_rec_infer.onnx"), Path.Combine(folder, "ppocr_keys_v1.txt"));
        return File.Exists(models.Detector) && File.Exists(models.Recognizer) && File.Exists(models.Characters) ? models : null;
    }
}
