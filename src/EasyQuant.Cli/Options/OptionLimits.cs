using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace EasyQuant.Cli.Options;

/// <summary>Limits of what an option may be given.</summary>
internal static class OptionLimits
{
    /// <summary>Refuses numbers below <paramref name="minimum"/>.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, T minimum) where T : INumber<T> =>
        option.Require(value => value >= minimum, $"at least {minimum}");

    /// <summary>Refuses numbers outside <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<T> Between<T>(this Option<T> option, T minimum, T maximum) where T : INumber<T> =>
        option.Require(value => value >= minimum && value <= maximum, $"{minimum} to {maximum}");

    private static Option<T> Require<T>(this Option<T> option, Func<T, bool> holds, string expected) where T : INumber<T>
    {
        option.Validators.Add((OptionResult result) =>
        {
            // Text that is no number is reported by the parser.
            if (result.Tokens is [.., { Value: var text }] && T.TryParse(text, CultureInfo.InvariantCulture, out T? value) && !holds(value))
            {
                result.AddError($"{option.Name} is {text}, expected {expected}.");
            }
        });
        return option;
    }
}
