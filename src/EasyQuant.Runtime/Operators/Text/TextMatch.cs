using System.Text.RegularExpressions;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Text;

/// <summary>RegexFullMatch: whether a pattern describes the whole of each text.</summary>
/// <remarks>Patterns come with the model, so they are matched without backtracking: in time proportional to the text.</remarks>
internal sealed class TextMatch : SingleOutputOperator
{
    private readonly Regex _pattern;

    public TextMatch(OperatorSite site)
    {
        string pattern = site.Node.GetString("pattern", "");
        try
        {
            _pattern = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw site.Unsupported($"pattern '{pattern}': {error.Message}");
        }
    }

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) =>
        Tensor.From<bool>([.. inputs.Required(0).Strings.Select(s => _pattern.IsMatch(s))], inputs.Required(0).Shape);
}
