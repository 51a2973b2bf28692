namespace EasyQuant.Evaluation.Metrics.Pictures;

/// <summary>The peak signal to noise ratio of two pictures.</summary>
public static class PeakSignalToNoise
{
    /// <summary><c>PSNR = 10 log10(255² / mean((x − y)²))</c> in decibels; infinite where nothing differs.</summary>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    public static double Of(LevelPlane x, LevelPlane y)
    {
        x.RequireSizeOf(y);
        double sum = 0;
        for (int row = 0; row < x.Height; row++)
        {
            for (int column = 0; column < x.Width; column++)
            {
                double difference = x[column, row] - y[column, row];
                sum += difference * difference;
            }
        }

        return sum == 0 ? double.PositiveInfinity : 10 * Math.Log10(LevelPlane.Peak * LevelPlane.Peak * x.Width * x.Height / sum);
    }
}
