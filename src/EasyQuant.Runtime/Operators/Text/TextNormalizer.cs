using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Text;

/// <summary>StringNormalizer: a row of texts without the stop words, in lower or upper case if asked; one empty text where none remains.</summary>
internal sealed class TextNormalizer(OperatorSite site) : SingleOutputOperator
{
    private readonly Func<string, string> _change = site.Node.GetString("case_change_action", "NONE") switch
    {
        "LOWER" => s => s.ToLowerInvariant(),
        "UPPER" => s => s.ToUpperInvariant(),
        "NONE" => s => s,
        string other => throw site.Unsupported($"case_change_action '{other}'"),
    };

    private readonly HashSet<string> _stopWords = new(
        site.Node.GetStrings("stopwords") ?? [], site.Node.GetInt("is_case_sensitive", 0) != 0 ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        if (x.Shape.Rank is not (1 or 2) || (x.Shape.Rank == 2 && x.Shape[0] != 1))
        {
            throw new InvalidOperatorInputException($"{x} is no row of texts, expected one dimension, or two of which the first is 1.");
        }

        string[] kept = [.. x.Strings.Where(s => !_stopWords.Contains(s)).Select(_change)];
        kept = kept.Length == 0 ? [""] : kept;
        return Tensor.FromStrings(kept, x.Shape.Rank == 1 ? [kept.Length] : [1, kept.Length]);
    }
}
