namespace EasyQuant.Data;

/// <summary>Says in every error of running a model on a sample which sample it was.</summary>
internal static class SampleErrors
{
    /// <summary>What <paramref name="run"/> makes of the sample.</summary>
    /// <param name="sample">What the sample is called.</param>
    /// <param name="model">What messages call the model, as in <c>the model</c>.</param>
    /// <param name="run">Runs the model; it refuses inputs that it cannot take with an <see cref="ArgumentException"/>.</param>
    /// <exception cref="InvalidSampleException">It refused them; the message names the sample.</exception>
    public static T Name<T>(string sample, string model, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (ArgumentException error)
        {
            throw new InvalidSampleException($"Sample '{sample}' does not fit {model}: {error.Message}", error);
        }
    }
}
