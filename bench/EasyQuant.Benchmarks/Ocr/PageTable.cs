using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Tensors;
using EasyQuant.TextReading;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary>How well forms of the detector find lines of text whose places are known.</summary>
internal static class PageTable
{
    /// <summary>The table; the first network is the reference of outputs.</summary>
    public static string Of(IReadOnlyList<OcrNetwork> networks, IReadOnlyList<(Tensor Input, TextPage Page)> pages, int threads)
    {
        MarkdownTable table = new(
            "PP-OCRv4 detection", ">cosine", ">SQNR dB", ">lines found %", ">boxes right %", ">hmean %", ">ORT cosine", ">ORT hmean %", ">integer MACs %", ">float nodes", ">bytes");
        Tensor[] reference = new Tensor[pages.Count];
        foreach (OcrNetwork network in networks)
        {
            bool isReference = network == networks[0];
            TensorError[] errors = new TensorError[pages.Count];
            TensorError[] theirErrors = new TensorError[pages.Count];
            Found[] ours = new Found[pages.Count];
            Found[] theirs = new Found[pages.Count];
            Parallel.For(0, pages.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                (Tensor input, TextPage page) = pages[i];
                Tensor map = network.Run(input);
                reference[i] = isReference ? map : reference[i];
                errors[i] = TensorError.Between(reference[i].AsSpan<float>(), map.AsSpan<float>());
                ours[i] = Found.In(map, page);
                if (network.HasPeer)
                {
                    Tensor theirMap = network.RunPeer(input);
                    theirErrors[i] = TensorError.Between(reference[i].AsSpan<float>(), theirMap.AsSpan<float>());
                    theirs[i] = Found.In(theirMap, page);
                }
            });
            TensorError error = TensorError.Pool(errors);
            Found found = Found.Sum(ours);
            IntegerShare? share = network.ShareFor(pages[0].Input.Shape);
            table.Add(
                network.Label, $"{error.Cosine:0.0000}", double.IsFinite(error.SqnrDb) ? $"{error.SqnrDb:0.0}" : "-", $"{found.Recall:0.0}", $"{found.Precision:0.0}", $"{found.HarmonicMean:0.0}",
                network.HasPeer ? $"{TensorError.Pool(theirErrors).Cosine:0.0000}" : "-", network.HasPeer ? $"{Found.Sum(theirs).HarmonicMean:0.0}" : "-",
                share is null ? "-" : $"{share.MacsPercent:0.0}", share is null ? "all" : $"{share.FloatNodes}", $"{network.Bytes:N0}");
        }

        return $"{table}{Environment.NewLine}{pages.Count} pages of {pages.Sum(p => p.Page.Lines.Count)} lines. A line is found, a box right, where both have half of their area in common.{Environment.NewLine}";
    }

    private readonly record struct Found(int Lines, int FoundLines, int Boxes, int RightBoxes)
    {
        public double Recall => 100.0 * FoundLines / Lines;

        public double Precision => Boxes == 0 ? 0 : 100.0 * RightBoxes / Boxes;

        public double HarmonicMean => Recall + Precision == 0 ? 0 : 2 * Recall * Precision / (Recall + Precision);

        public static Found In(Tensor map, TextPage page)
        {
            IReadOnlyList<Box> boxes = TextBoxes.Find(map);
            return new Found(
                page.Lines.Count, page.Lines.Count(l => boxes.Any(b => TextBoxes.AreSame(b, l.Box))), boxes.Count, boxes.Count(b => page.Lines.Any(l => TextBoxes.AreSame(b, l.Box))));
        }

        public static Found Sum(IEnumerable<Found> all) =>
            all.Aggregate((a, b) => new Found(a.Lines + b.Lines, a.FoundLines + b.FoundLines, a.Boxes + b.Boxes, a.RightBoxes + b.RightBoxes));
    }
}
