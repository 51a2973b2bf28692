namespace EasyQuant.Runtime.Execution;

/// <summary>What to tell of an operator that cannot be made or computed.</summary>
internal static class OperatorFailure
{
    /// <summary>What went wrong, out of what threads wrap around it.</summary>
    public static Exception Cause(Exception error) => error is AggregateException { InnerException: { } inner } ? inner : error;

    /// <summary>Whether attributes and inputs can lead to it, so that the model is to blame.</summary>
    public static bool IsOfTheModel(Exception error) =>
        Cause(error) is InvalidOperatorInputException or ArgumentException or ArithmeticException or InvalidOperationException or IndexOutOfRangeException or MemoryLimitException;

    /// <summary>What went wrong in the model's terms. Operators check what users get wrong; the rest shows where a number is used.</summary>
    public static string Describe(Exception error) => Cause(error) switch
    {
        IndexOutOfRangeException or ArgumentOutOfRangeException => "An input has fewer elements or dimensions than it has to have here, or a number points outside of them.",
        OverflowException => "A tensor that it computes would have more than 2 GiB, or a number is too large.",
        DivideByZeroException => "An extent or an attribute is 0 where something is divided by it.",
        ArgumentException { ParamName: { } parameter } invalid => invalid.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        { } cause => cause.Message,
    };
}
