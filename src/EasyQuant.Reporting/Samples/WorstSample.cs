using EasyQuant.Evaluation.Outputs;

namespace EasyQuant.Reporting.Samples;

/// <summary>A sample and what both networks make of it.</summary>
/// <param name="Name">The sample.</param>
/// <param name="Label">Its class, where that is known.</param>
/// <param name="Cosine">Of the quantized model's output with the float model's.</param>
/// <param name="SqnrDb">Signal to noise of the same.</param>
/// <param name="Picture">A PNG as a <c>data:</c> address, where the sample is a picture.</param>
/// <param name="Float">The float model's best classes, where the output looks like scores.</param>
/// <param name="Quantized">The quantized model's.</param>
public sealed record WorstSample(
    string Name, int? Label, double Cosine, double SqnrDb, string? Picture, IReadOnlyList<ClassScore>? Float, IReadOnlyList<ClassScore>? Quantized)
{
    /// <summary>The samples of least cosine, the worst first; equal ones in their order.</summary>
    /// <param name="outputs">All that were compared.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="picture">Makes a <c>data:</c> address of a sample's index, or nothing where it is no picture.</param>
    public static IReadOnlyList<WorstSample> Of(IReadOnlyList<ComparedOutput> outputs, int count, Func<int, string?> picture) =>
    [
        .. outputs.OrderBy(o => o.Error.Cosine).Take(count)
            .Select(o => new WorstSample(o.Name, o.Label, o.Error.Cosine, o.Error.SqnrDb, picture(o.Index), o.Reference, o.Compared)),
    ];
}
