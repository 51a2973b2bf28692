using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Signal;

/// <summary>The discrete Fourier transform of one length, as it is defined: <c>y[k] = Σ x[j] · e^(∓2πi · jk / n)</c>, the inverse divided by n.</summary>
internal sealed class FourierTransform
{
    // By its definition a transform takes as many steps as the square of its length.
    private const int Longest = 1 << 20;

    private readonly double[] _cosines;
    private readonly double[] _sines;
    private readonly bool _isInverse;

    /// <exception cref="UnsupportedOperatorInputException">The transform is too long to be computed so.</exception>
    public FourierTransform(int length, bool isInverse)
    {
        if (length > Longest)
        {
            throw new UnsupportedOperatorInputException($"A transform of length {length} is not supported, expected at most {Longest}.");
        }

        _isInverse = isInverse;
        _cosines = new double[length];
        _sines = new double[length];
        for (int i = 0; i < length; i++)
        {
            double angle = 2 * Math.PI * i / length;
            (_cosines[i], _sines[i]) = (Math.Cos(angle), isInverse ? Math.Sin(angle) : -Math.Sin(angle));
        }
    }

    /// <summary>The number of values.</summary>
    public int Length => _cosines.Length;

    /// <summary>Element <paramref name="k"/> of the transform of a signal; what it lacks at its end is zero.</summary>
    public (double Real, double Imaginary) At(int k, ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary)
    {
        (double sumReal, double sumImaginary) = (0, 0);
        int angle = 0;
        for (int j = 0; j < real.Length; j++)
        {
            sumReal += real[j] * _cosines[angle] - imaginary[j] * _sines[angle];
            sumImaginary += real[j] * _sines[angle] + imaginary[j] * _cosines[angle];
            angle = (int)(((long)angle + k) % Length);
        }

        return _isInverse ? (sumReal / Length, sumImaginary / Length) : (sumReal, sumImaginary);
    }

    /// <summary>The number of values that tell all of a real signal's transform.</summary>
    public static int OneSided(int length) => length / 2 + 1;
}
