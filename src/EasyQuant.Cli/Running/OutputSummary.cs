using EasyQuant.Evaluation.Metrics;
using EasyQuant.Tensors;
using Spectre.Console;

namespace EasyQuant.Cli.Running;

/// <summary>What <c>run</c> says of an output; the JSON document has this form.</summary>
/// <param name="Name">The output.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="First">Its first elements, where they are 32-bit floats.</param>
/// <param name="Top">For what looks like the scores of one picture: the best classes.</param>
/// <param name="File">Where it was written.</param>
internal sealed record OutputSummary(
    string Name, string Type, IReadOnlyList<int> Shape, IReadOnlyList<double>? First, IReadOnlyList<ScoredClass>? Top, string? File)
{
    private const int FirstCount = 8;
    private const int TopCount = 5;

    public static OutputSummary Of(string name, Tensor tensor, string? file)
    {
        bool isFloat = tensor.Type == DataType.Float32;
        bool isScores = isFloat && tensor.Shape.Rank > 0 && tensor.Shape[0] == 1 && tensor.Count > TopCount && tensor.Shape.Count(d => d > 1) == 1;
        return new OutputSummary(
            name, tensor.Type.ShortName(), tensor.Shape.ToArray(),
            isFloat ? [.. tensor.AsSpan<float>()[..Math.Min(FirstCount, tensor.Count)].ToArray().Select(x => (double)x)] : null,
            isScores ? [.. ClassRanking.Top(tensor.AsSpan<float>(), TopCount).Select(c => new ScoredClass(c, tensor.AsSpan<float>()[c]))] : null,
            file);
    }

    public void Write(IAnsiConsole console)
    {
        console.WriteLine($"{Name}: {Type}[{string.Join('x', Shape)}]{(File is null ? "" : $" -> {File}")}");
        if (File is null && First is { } first)
        {
            console.WriteLine($"  {string.Join(", ", first.Select(x => $"{x:G6}"))}{(Shape.Aggregate(1L, (n, d) => n * d) > first.Count ? ", ..." : "")}");
        }

        foreach (ScoredClass scored in Top ?? [])
        {
            console.WriteLine($"  class {scored.Class,4}  {scored.Score:G6}");
        }
    }
}

/// <summary>A class with its score.</summary>
internal sealed record ScoredClass(int Class, double Score);
