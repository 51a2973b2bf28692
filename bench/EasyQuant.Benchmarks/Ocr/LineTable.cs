using EasyQuant.Evaluation.Metrics;
using EasyQuant.Tensors;
using EasyQuant.TextReading;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary>How well forms of the recognizer read lines of text whose words are known.</summary>
internal static class LineTable
{
    /// <summary>The table; the first network is the reference of outputs and texts.</summary>
    public static string Of(IReadOnlyList<OcrNetwork> networks, IReadOnlyList<(Tensor Input, string Text)> lines, CharacterSet characters, int threads)
    {
        MarkdownTable table = new(
            "PP-OCRv4 recognition", ">cosine", ">SQNR dB", ">characters right %", ">lines right", ">lines as FP32", ">ORT characters %", ">ORT lines as ours", ">integer MACs %", ">float nodes", ">bytes");
        Tensor[] reference = new Tensor[lines.Count];
        string[] readByFloat = new string[lines.Count];
        string[] texts = [.. lines.Select(l => l.Text)];
        foreach (OcrNetwork network in networks)
        {
            bool isReference = network == networks[0];
            TensorError[] errors = new TensorError[lines.Count];
            string[] ours = new string[lines.Count];
            string[] theirs = new string[lines.Count];
            Parallel.For(0, lines.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                Tensor scores = network.Run(lines[i].Input);
                if (isReference)
                {
                    (reference[i], readByFloat[i]) = (scores, characters.Read(scores));
                }

                errors[i] = TensorError.Between(reference[i].AsSpan<float>(), scores.AsSpan<float>());
                ours[i] = characters.Read(scores);
                theirs[i] = network.HasPeer ? characters.Read(network.RunPeer(lines[i].Input)) : "";
            });
            TensorError error = TensorError.Pool(errors);
            IntegerShare? share = network.ShareFor(lines[0].Input.Shape);
            table.Add(
                network.Label, $"{error.Cosine:0.0000}", double.IsFinite(error.SqnrDb) ? $"{error.SqnrDb:0.0}" : "-", $"{Accuracy(ours):0.00}", $"{texts.Zip(ours).Count(p => p.First == p.Second)}",
                $"{ours.Zip(readByFloat).Count(p => p.First == p.Second)}", network.HasPeer ? $"{Accuracy(theirs):0.00}" : "-", network.HasPeer ? $"{ours.Zip(theirs).Count(p => p.First == p.Second)}" : "-",
                share is null ? "-" : $"{share.MacsPercent:0.0}", share is null ? "all" : $"{share.FloatNodes}", $"{network.Bytes:N0}");
        }

        return $"{table}{Environment.NewLine}{lines.Count} lines of {texts.Sum(t => t.Length)} characters. Characters right: 100 · (1 − changes / characters), changes by edit distance.{Environment.NewLine}";

        double Accuracy(string[] read) => CharacterErrors.PercentRight(texts, read);
    }
}
