using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>The equation of an Einsum, as in <c>bij, bjk -> bik</c>: a letter for each dimension of each operand and of the result; three points stand for further dimensions.</summary>
internal sealed class EinsteinEquation
{
    // Dimensions under the three points get letters of their own, counted from the last.
    private const char LastUnnamed = '\uFFFF';
    private const string Points = "...";

    private readonly string[] _operands;
    private readonly string? _result;

    public EinsteinEquation(OperatorSite site)
    {
        string equation = site.Node.GetString("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        _operands = sides[0].Split(',');
        _result = sides.Length == 2 ? sides[1] : null;
        bool isValid = sides.Length <= 2 && _operands.Append(_result ?? "").All(t => t.Replace(Points, "", StringComparison.Ordinal).All(char.IsAsciiLetter));
        if (!isValid)
        {
            throw site.Unsupported($"equation '{equation}'");
        }
    }

    /// <summary>The letters of each operand's dimensions and of the result's.</summary>
    public (string[] Operands, string Result) Letters(IReadOnlyList<Tensor> operands)
    {
        if (operands.Count != _operands.Length)
        {
            throw new InvalidOperatorInputException($"The equation has {_operands.Length} operands, but there are {operands.Count}.");
        }

        string[] letters = [.. _operands.Select((term, i) => Expand(term, operands[i].Shape.Rank - term.Replace(Points, "", StringComparison.Ordinal).Length))];
        int unnamed = letters.Max(l => l.Count(c => !char.IsAsciiLetter(c)));
        for (int i = 0; i < letters.Length; i++)
        {
            if (letters[i].Length != operands[i].Shape.Rank)
            {
                throw new InvalidOperatorInputException($"Operand {i} is {operands[i]}, but the equation names {letters[i].Length} dimensions.");
            }
        }

        return (letters, _result is null ? Implied(letters, unnamed) : Expand(_result, unnamed));
    }

    private static string Expand(string term, int unnamed) => term.Replace(Points, Unnamed(Math.Max(0, unnamed)), StringComparison.Ordinal);

    private static string Unnamed(int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)(LastUnnamed - count + 1 + i)));

    // Without an arrow the result has what is under the points, and each letter that occurs once, in alphabetical order.
    private static string Implied(string[] letters, int unnamed) => Unnamed(unnamed)
        + string.Concat(letters.SelectMany(l => l).Where(char.IsAsciiLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order());
}
