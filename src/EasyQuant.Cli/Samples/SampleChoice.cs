using EasyQuant.Data;
using EasyQuant.Data.Sources;

namespace EasyQuant.Cli.Samples;

/// <summary>Which samples of a source count.</summary>
/// <param name="Without">Names of samples that do not, because they calibrated.</param>
/// <param name="Most">How many of the others are drawn; all where nothing is said.</param>
/// <param name="Seed">Of the draw.</param>
internal sealed record SampleChoice(IReadOnlySet<string> Without, int? Most = null, ulong Seed = 0)
{
    /// <summary>All samples.</summary>
    public static SampleChoice All { get; } = new(new HashSet<string>());

    /// <summary>The samples that count.</summary>
    /// <exception cref="InvalidSampleException">There is none.</exception>
    public ISampleSource Of(ISampleSource source) => this == All ? source : new SubsetSource(source, Indices(source.Count, source.NameOf));

    /// <inheritdoc cref="Of(ISampleSource)"/>
    public ITruthSource<T> Of<T>(ITruthSource<T> source) => this == All ? source : new TruthSubset<T>(source, Indices(source.Count, source.NameOf));

    private int[] Indices(int count, Func<int, string> nameOf)
    {
        int[] others = [.. Enumerable.Range(0, count).Where(i => !Without.Contains(nameOf(i)))];
        return others.Length > 0
            ? [.. SubsetSource.DrawIndices(others.Length, Most ?? others.Length, Seed).Select(i => others[i])]
            : throw new InvalidSampleException(
                "All samples calibrate, and none is left to measure on. Calibrate on fewer with --samples N, or name a folder of others with --data DIR.");
    }
}
