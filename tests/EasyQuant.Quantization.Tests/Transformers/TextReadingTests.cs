using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using EasyQuant.TextReading;
using Xunit;

namespace EasyQuant.Quantization.Tests.Transformers;

/// <summary>PP-OCRv4 on pictures of text that are rendered here, so that what stands in them is known.</summary>
public sealed class TextReadingTests
{
    private const double MostPointsLost = 3;

    [Fact]
    public async Task TheRecognizerInIntegers_ReadsNearlyAsWell_AndOnnxRuntimeReadsTheSame()
    {
        OcrModels models = OcrModels.OrSkip();
        PageRenderer.RequireOrSkip();
        CharacterSet characters = new(models.Characters);
        IReadOnlyList<TextPage> pages = await PageRenderer.Render(0, 3);
        Model model = OnnxModelReader.Read(models.Recognizer);
        Lines calibration = new([.. LinesOf(pages.Take(2)).Select(l => l.Input)]);

        Model quantized = PostTrainingQuantizer.Run(model, calibration, new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 2 }).Model;

        (Tensor Input, string Text)[] lines = [.. LinesOf(pages.Skip(2))];
        using GraphExecutor reference = new(model);
        using InferenceSession session = new(quantized);
        string[] ours = Read(lines, session, characters);
        Assert.InRange(Accuracy(lines, Read(lines, reference, characters)) - Accuracy(lines, ours), double.NegativeInfinity, MostPointsLost);
        if (OrtLibrary.Path is not null)
        {
            AssertPeerReads(quantized, lines, ours, characters);
        }
    }

    [Fact]
    public async Task TheDetectorInIntegers_FindsTheSameLines()
    {
        OcrModels models = OcrModels.OrSkip();
        PageRenderer.RequireOrSkip();
        IReadOnlyList<TextPage> pages = await PageRenderer.Render(10, 3);
        Model model = OnnxModelReader.Read(models.Detector);

        Model quantized = PostTrainingQuantizer.Run(
            model, new Lines([.. pages.Take(2).Select(p => NetworkInputs.OfPage(p.Picture))]), new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 2 }).Model;

        using InferenceSession session = new(quantized);
        Dictionary<string, Tensor> input = new() { [NetworkInputs.Name] = NetworkInputs.OfPage(pages[2].Picture) };
        Assert.Empty(session.NetworkFor(input.ToDictionary(i => i.Key, i => i.Value.Shape)).FloatSteps.Select(s => $"{s.Label}: {s.Reason}"));
        IReadOnlyList<Box> boxes = TextBoxes.Find(session.Run(input).Values.Single());
        Assert.All(pages[2].Lines, line => Assert.Contains(boxes, box => TextBoxes.AreSame(box, line.Box)));
    }

    private static IEnumerable<(Tensor Input, string Text)> LinesOf(IEnumerable<TextPage> pages) =>
        pages.SelectMany(p => p.Lines.Select(l => (NetworkInputs.OfLine(p.Cut(l.Box)), l.Text)));

    private static string[] Read(IEnumerable<(Tensor Input, string Text)> lines, IModelExecutor executor, CharacterSet characters) =>
        [.. lines.Select(l => characters.Read(executor.Run(new Dictionary<string, Tensor> { [NetworkInputs.Name] = l.Input }).Values.Single()))];

    private static double Accuracy(IReadOnlyList<(Tensor Input, string Text)> lines, string[] read) =>
        CharacterErrors.PercentRight([.. lines.Select(l => l.Text)], read);

    // A score at a tie may fall the other way: one character in a page.
    private static void AssertPeerReads(Model quantized, (Tensor Input, string Text)[] lines, string[] ours, CharacterSet characters)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "rec.onnx");
        OnnxModelWriter.Write(quantized, path);
        using OrtSession session = new(path);
        string output = quantized.Graph.Outputs[0].Name;
        string[] theirs = [.. lines.Select(l => characters.Read(session.Run(new Dictionary<string, Tensor> { [NetworkInputs.Name] = l.Input }, [output])[output]))];
        Assert.InRange(CharacterErrors.Count(ours, theirs), 0, 1);
    }

    private sealed class Lines(IReadOnlyList<Tensor> inputs) : ISampleSource
    {
        public int Count => inputs.Count;

        public Sample Read(int index) => new($"line {index}", new Dictionary<string, Tensor> { [NetworkInputs.Name] = inputs[index] });
    }
}
