using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace EasyQuant.Cli.Options;

/// <summary>Numbers that an option accepts, and what the user is told of others.</summary>
internal static class OptionLimits
{
    /// <summary>Accepts numbers from <paramref name="minimum"/>.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, T minimum) where T : struct, INumber<T>
    {
        option.CustomParser = result => Parse(result, option.Name, (T value) => value >= minimum, $"a number of at least {minimum}").GetValueOrDefault();
        return option;
    }

    /// <summary>Accepts numbers from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<T> Between<T>(this Option<T> option, T minimum, T maximum) where T : struct, INumber<T>
    {
        option.CustomParser = result => ParseBetween(result, option.Name, minimum, maximum).GetValueOrDefault();
        return option;
    }

    /// <inheritdoc cref="Between{T}(Option{T}, T, T)"/>
    public static Option<T?> Between<T>(this Option<T?> option, T minimum, T maximum) where T : struct, INumber<T>
    {
        option.CustomParser = result => ParseBetween(result, option.Name, minimum, maximum);
        return option;
    }

    private static T? ParseBetween<T>(ArgumentResult result, string name, T minimum, T maximum) where T : struct, INumber<T> =>
        Parse(result, name, (T value) => value >= minimum && value <= maximum, $"{minimum} to {maximum}");

    private static T? Parse<T>(ArgumentResult result, string name, Func<T, bool> holds, string expected) where T : struct, INumber<T>
    {
        string text = result.Tokens[^1].Value;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out T value) && holds(value))
        {
            return value;
        }

        result.AddError($"{name} is '{text}', expected {expected}.");
        return null;
    }
}
