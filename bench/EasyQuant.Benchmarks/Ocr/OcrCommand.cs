using System.CommandLine;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Tensors;
using EasyQuant.TextReading;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary><c>ocr</c>: what quantization costs PP-OCRv4's detector and recognizer on pictures of text that are rendered on the spot.</summary>
internal sealed class OcrCommand : Command
{
    private const int FirstMeasuredPage = 1000;

    private readonly Option<string[]> _networks = Several.Option("--networks", "Which networks.", "det", "rec");
    private readonly Option<Variant[]> _variants = Variant.Option("minmax:8", "kl:8", "eq:8", "minmax:7", "kl:7", "eq:7");
    private readonly Option<int> _calibrationPages = new("--calibration-pages") { Description = "How many pages to calibrate on.", DefaultValueFactory = _ => 6 };
    private readonly Option<int> _pages = new("--pages") { Description = "How many pages to measure on.", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use; the results do not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<string?> _output = new("--output") { Description = "Keep the models in this folder." };

    public OcrCommand()
        : base("ocr", "Calibrate PP-OCRv4 on rendered pages of text, and let it read other pages.")
    {
        _networks.AcceptOnlyFromAmong("det", "rec");
        Option[] options = [_networks, _variants, _calibrationPages, _pages, _threads, _output];
        Array.ForEach(options, Add);
        SetAction(Run);
    }

    private async Task Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        OcrModels models = OcrModels.Installed ?? throw new DirectoryNotFoundException($"PP-OCRv4's models are not installed: {OcrModels.WayOut}.");
        using ModelFolder folder = new(parsed.GetValue(_output));
        int threads = parsed.GetValue(_threads);
        IReadOnlyList<TextPage> calibration = await PageRenderer.Render(0, parsed.GetValue(_calibrationPages));
        IReadOnlyList<TextPage> measured = await PageRenderer.Render(FirstMeasuredPage, parsed.GetValue(_pages));
        if (parsed.GetRequiredValue(_networks).Contains("det"))
        {
            using NetworkForms networks = new("det", models.Detector, [.. calibration.Select(p => NetworkInputs.OfPage(p.Picture))], folder.Path, parsed.GetRequiredValue(_variants), threads);
            Console.WriteLine(PageTable.Of(networks.All, [.. measured.Select(p => (NetworkInputs.OfPage(p.Picture), p))], threads));
        }

        if (parsed.GetRequiredValue(_networks).Contains("rec"))
        {
            using NetworkForms networks = new("rec", models.Recognizer, [.. LinesOf(calibration).Select(l => l.Input)], folder.Path, parsed.GetRequiredValue(_variants), threads);
            Console.WriteLine(LineTable.Of(networks.All, [.. LinesOf(measured)], new CharacterSet(models.Characters), threads));
        }

        Console.WriteLine($"Machine: {Machine.Description}");
    }

    private static IEnumerable<(Tensor Input, string Text)> LinesOf(IEnumerable<TextPage> pages) =>
        pages.SelectMany(p => p.Lines.Select(l => (NetworkInputs.OfLine(p.Cut(l.Box)), l.Text)));

    /// <summary>The float network and its quantized forms, written to files and read again.</summary>
    private sealed class NetworkForms : IDisposable
    {
        private readonly List<OcrNetwork> _all = [];

        public NetworkForms(string key, string path, IReadOnlyList<Tensor> calibration, string folder, Variant[] variants, int threads)
        {
            Model model = OnnxModelReader.Read(path);
            _all.Add(new OcrNetwork("FP32", path, 1));
            foreach (Variant variant in variants)
            {
                Model quantized = PostTrainingQuantizer.Run(model, new TensorSamples(calibration), variant.Options(threads), new ProgressLines($"{key} {variant.Label}")).Model;
                string target = Path.Combine(folder, $"{key}.{variant.Label.ToLowerInvariant()}.onnx");
                OnnxModelWriter.Write(quantized, target);
                _all.Add(new OcrNetwork(variant.Label, target, 1));
            }
        }

        public IReadOnlyList<OcrNetwork> All => _all;

        public void Dispose() => _all.ForEach(n => n.Dispose());
    }
}
