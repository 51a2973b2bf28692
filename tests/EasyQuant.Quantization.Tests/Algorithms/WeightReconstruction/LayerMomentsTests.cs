using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;
using Xunit;

namespace EasyQuant.Quantization.Tests.Algorithms.WeightReconstruction;

public sealed class LayerMomentsTests
{
    [Theory]
    [InlineData(5, 6, 3, 1, 1, true, 0)]
    [InlineData(6, 6, 3, 2, 6, false, 0)]
    [InlineData(8, 4, 1, 1, 2, false, 0)]
    [InlineData(5, 6, 3, 1, 1, false, 23)]
    public void Moments_AreTheSumsTheyAreDefinedAs(int inputChannels, int outputChannels, int kernel, int stride, int groups, bool isSymmetric, int below)
    {
        IntegerRange range = isSymmetric ? new IntegerRange(7, signed: true) : IntegerRange.Asymmetric(7, below);
        int zero = isSymmetric ? 128 : below;
        using SearchProblem problem = new(11, inputChannels, outputChannels, 9, kernel, stride, groups, samples: 3, weightBits: 8, range);
        float scale = problem.Scales[problem.Group];
        int group = groups - 1;
        LayerMoments moments = LayerMoments.Collect(problem.Segments, scale, range, CancellationToken.None)[group];

        int length = problem.Layer.RowLength;
        int channels = outputChannels / groups;
        (double[,] gram, double[] sums, double[,] projections, double[] targets, int count) = (new double[length, length], new double[length], new double[channels, length], new double[channels], 0);
        for (int segment = 0; segment < problem.Segments.Count; segment++)
        {
            PatchGeometry geometry = problem.Segments.Geometries(segment)[0];
            byte[] planes = new byte[length * geometry.Positions];
            PatchPlanes.Build(PatchPlanes.Quantize(problem.Segments.ReadInput(segment).Span, scale, range), geometry, group, range, planes);
            ReadOnlySpan<float> target = problem.Segments.ReadTarget(segment).Span;
            count += geometry.Positions;
            for (int p = 0; p < geometry.Positions; p++)
            {
                for (int k = 0; k < length; k++)
                {
                    double a = planes[k * geometry.Positions + p] - zero;
                    sums[k] += a;
                    for (int l = 0; l < length; l++)
                    {
                        gram[k, l] += a * (planes[l * geometry.Positions + p] - zero);
                    }

                    for (int c = 0; c < channels; c++)
                    {
                        projections[c, k] += a * target[(group * channels + c) * geometry.Positions + p];
                    }
                }

                for (int c = 0; c < channels; c++)
                {
                    targets[c] += target[(group * channels + c) * geometry.Positions + p];
                }
            }
        }

        Assert.Equal(count, moments.Count);
        Assert.Equal(sums, moments.Sums);
        for (int k = 0; k < length; k++)
        {
            for (int l = 0; l < length; l++)
            {
                Assert.Equal(gram[k, l], moments.Gram[k][l]);
            }

            for (int c = 0; c < channels; c++)
            {
                // Sums of the same products in another order.
                Assert.Equal(projections[c, k], moments.Projections[c][k], 1e-9 * gram[k, k] + 1e-9);
                Assert.Equal(targets[c], moments.TargetSums[c], 1e-6);
            }
        }
    }
}
