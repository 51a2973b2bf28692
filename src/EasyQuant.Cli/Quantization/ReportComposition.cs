using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Layers;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Outputs;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Quantization.Sensitivity;
using EasyQuant.Reporting;
using EasyQuant.Reporting.Layers;
using EasyQuant.Reporting.Methods;
using EasyQuant.Reporting.Samples;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Quantization;

/// <summary>What a report is about.</summary>
/// <param name="FloatModel">The model that was quantized.</param>
/// <param name="Result">What came of it, with its trace.</param>
/// <param name="Samples">The samples that calibrated it.</param>
/// <param name="Preprocess">How pictures became inputs, where that is known.</param>
/// <param name="ClassNames">What classes are called, where that is known.</param>
internal sealed record ReportSubject(Model FloatModel, QuantizationResult Result, ISampleSource Samples, Preprocess? Preprocess, IReadOnlyList<string>? ClassNames = null);

/// <summary>Measures what a report shows beyond the run itself, and puts all of it together.</summary>
internal static class ReportComposition
{
    private const int WorstSamples = 12;
    private const int SensitivitySamples = 8;

    private static readonly int[] s_sensitivityWidths = [8, 6, 4];

    /// <summary>The report of a run of <c>quantize</c>.</summary>
    public static QuantizationReport Run(QuantizeSummary summary, ReportSubject subject, int threads, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        QuantizationReport report = Run(
            new ReportSummary
            {
                Model = Path.GetFileName(summary.Model),
                Output = summary.Output,
                Method = summary.Method,
                WeightBits = summary.WeightBits,
                ActivationBits = summary.ActivationBits,
                Samples = summary.Samples.Count,
                Seed = summary.Seed,
                Preprocess = summary.Preprocess,
                BytesBefore = summary.BytesBefore,
                BytesAfter = summary.BytesAfter,
                Seconds = summary.Seconds,
            },
            subject, threads, progress, cancellationToken);
        return summary.Target switch
        {
            TargetOutcome { Loss: { } loss } target => report with
            {
                Verdict = Verdict.OfTarget(target.Reached, $"On pictures that did not calibrate, {target.Findings}"),
                Front = new AccuracyFront(
                    loss.Kind.Unit == "" ? loss.Kind.Title : $"{loss.Kind.Title}, {loss.Kind.Unit}", "mean bits",
                    [.. target.Trials.Select((t, i) => new FrontPoint($"{i + 1}. network", t.MeanBits, loss.FloatScore - t.Drop, t.MeanBits == target.MeanBits))], loss.FloatScore),
            },
            { } target => report with { Verdict = Verdict.OfTarget(target.Reached, target.Findings) },
            null => report,
        };
    }

    /// <summary>What each layer costs when it alone is quantized, at several widths, on the first samples.</summary>
    public static SensitivityTable Sensitivity(ReportSubject subject, int threads, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        SubsetSource samples = new(subject.Samples, [.. Enumerable.Range(0, Math.Min(SensitivitySamples, subject.Samples.Count))]);
        QuantizationOptions options = new() { Method = QuantizationMethod.MeanSquaredError, Threads = threads };
        (_, IReadOnlyList<LayerSensitivity> layers) = SensitivityAnalysis.Run(
            subject.FloatModel, samples, options, s_sensitivityWidths, metric: null, new StageReporter(progress), cancellationToken);
        return new SensitivityTable(Measure: null, [.. layers.Select(l => new SensitivityRow(l.Layer, l.Bits, OutputNoise.Sqnr(l.AloneNoise)))]);
    }

    /// <summary>The report; the summary is completed by what is measured here.</summary>
    public static QuantizationReport Run(ReportSummary summary, ReportSubject subject, int threads, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<ComparedOutput> outputs = CompareOutputs(subject, threads, progress, cancellationToken);
        Model prepared = ModelPreparation.Prepare(subject.FloatModel);
        IReadOnlyList<LayerError> errors = LayerwiseComparison.Run(
            prepared, subject.Result.Model, subject.Samples, threads, new EvaluationReporter("comparing layers", progress), cancellationToken);
        progress.Report(new StageProgress("measuring times", 0, 1));
        MeasuredTimes times = MeasuredTimes.Of(subject.FloatModel, subject.Result.Model, subject.Samples.Read(0), cancellationToken);
        TensorError? error = outputs.Count == 0 ? null : TensorError.Pool(outputs.Select(o => o.Error));
        double? agreement = outputs.Count > 0 && outputs.All(o => o.Agrees is not null) ? 100.0 * outputs.Count(o => o.Agrees == true) / outputs.Count : null;
        return new QuantizationReport
        {
            Summary = summary with
            {
                Cosine = error?.Cosine ?? double.NaN,
                SqnrDb = error?.SqnrDb ?? double.NaN,
                Agreement = agreement,
                LatencyMs = times.Integer,
                FloatLatencyMs = times.Float,
                Machine = times.Machine,
                Created = DateTimeOffset.Now,
            },
            Verdict = error is { } e ? Verdict.OfOutputs(e.Cosine, agreement) : Verdict.NotCompared,
            Layers = LayerTable.Of(prepared, subject.Result, errors, times.Layers),
            Tensors = LayerTable.TensorsOf(subject.Result.Trace),
            Samples = WorstSample.Of(outputs, WorstSamples, index => PictureOf(subject, index)),
            ClassNames = subject.ClassNames,
            Warnings = subject.Result.Warnings,
        };
    }

    // The first output counts, as in 'evaluate'; where it is not of floats there is nothing to compare.
    private static IReadOnlyList<ComparedOutput> CompareOutputs(ReportSubject subject, int threads, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        if (subject.FloatModel.Graph.Outputs[0].ElementType is not (DataType.Float32 or DataType.Undefined))
        {
            return [];
        }

        using EvaluatedModel reference = new("float", subject.FloatModel);
        using EvaluatedModel quantized = new("quantized", subject.Result.Model, Engine.Integer);
        return OutputComparison.Run(reference, quantized, subject.Samples, threads, new EvaluationReporter("comparing outputs", progress), cancellationToken);
    }

    private static string? PictureOf(ReportSubject subject, int index) =>
        subject.Samples.Read(index).Inputs is { Count: 1 } inputs
            ? Thumbnail.Of(inputs.Values.First(), subject.Preprocess is { } p ? new PictureLevels(p.Scale, p.Mean, p.Std, p.Color == ColorOrder.Bgr) : null)
            : null;
}
