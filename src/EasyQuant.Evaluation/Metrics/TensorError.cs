namespace EasyQuant.Evaluation.Metrics;

/// <summary>How far a tensor <c>y</c> is from its reference <c>x</c>.</summary>
/// <param name="Cosine"><c>x·y / (|x| |y|)</c>; 1 where both are zero, 0 where one is.</param>
/// <param name="Signal">The power of the reference, <c>Σ x²</c>.</param>
/// <param name="Noise">The power of the difference, <c>Σ (x − y)²</c>.</param>
public readonly record struct TensorError(double Cosine, double Signal, double Noise)
{
    /// <summary>Signal to quantization noise in decibels, <c>10 log10(Σ x² / Σ (x − y)²)</c>; infinite where nothing differs.</summary>
    public double SqnrDb => ToDecibels(Signal, Noise);

    /// <summary>Compares two tensors element by element, summing in double precision from the first element to the last.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static TensorError Between(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        if (reference.Length != actual.Length)
        {
            throw new ArgumentException($"The reference has {reference.Length} elements, the other tensor {actual.Length}.", nameof(actual));
        }

        double product = 0, signal = 0, power = 0, noise = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double x = reference[i];
            double y = actual[i];
            product += x * y;
            signal += x * x;
            power += y * y;
            noise += (x - y) * (x - y);
        }

        return new TensorError(CosineOf(product, signal, power), signal, noise);
    }

    /// <summary>The mean cosine of several errors, and their powers summed, in the order given.</summary>
    /// <remarks>Powers are summed rather than decibels averaged, so that one sample without any error does not make the result infinite.</remarks>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TensorError Pool(IEnumerable<TensorError> errors)
    {
        int count = 0;
        double cosine = 0, signal = 0, noise = 0;
        foreach (TensorError error in errors)
        {
            count++;
            cosine += error.Cosine;
            signal += error.Signal;
            noise += error.Noise;
        }

        return count > 0
            ? new TensorError(cosine / count, signal, noise)
            : throw new ArgumentException("There is no error to pool.", nameof(errors));
    }

    private static double CosineOf(double product, double signal, double power)
    {
        if (signal == 0 || power == 0)
        {
            return signal == power ? 1 : 0;
        }

        // Rounding may leave the quotient a few units in the last place outside; NaN stays NaN.
        return Math.Clamp(product / (Math.Sqrt(signal) * Math.Sqrt(power)), -1, 1);
    }

    private static double ToDecibels(double signal, double noise) =>
        noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
}
