using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;
using Xunit;

namespace EasyQuant.Quantization.Tests.Algorithms.WeightReconstruction;

public sealed class GroupProblemTests
{
    private const int Inputs = 4;
    private const int Largest = 3;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.2, 30)]
    [InlineData(1, 1e4)]
    public void Integers_LeaveHardlyMoreErrorThanTheBestOfAll(double shrinkage, double damping)
    {
        WeightReconstructionOptions options = new() { MeasureShrinkage = shrinkage, IdealDamping = damping };
        (double found, double best, double rounded) = (0, 0, 0);
        for (int seed = 0; seed < 4; seed++)
        {
            using SearchProblem problem = new(seed, Inputs, 6, 6, 1, 1, 1, 4, 3, new IntegerRange(6, signed: false));
            double inputScale = problem.Scales[problem.Group];
            LayerMoments moments = Assert.Single(LayerMoments.Collect(problem.Segments, (float)inputScale, problem.Group.Range, CancellationToken.None));
            GroupProblem group = GroupProblem.Of(moments, inputScale, options, adjustsBias: true)!;
            for (int channel = 0; channel < 6; channel++)
            {
                float[] weights = problem.Layer.Row(channel).ToArray();
                double step = weights.Max(MathF.Abs) / Largest;
                ChannelSolution solution = group.Solve(channel, weights, step, Largest);

                (double[,] measure, double[] ideal) = Reference(moments, channel, weights, inputScale, options);
                Assert.All(solution.Integers, q => Assert.True(q == Math.Round(q) && Math.Abs(q) <= Largest));
                found += ErrorAtItsBestStep(measure, ideal, solution.Integers);
                best += AllIntegers().Min(q => ErrorAtItsBestStep(measure, ideal, q));
                rounded += ErrorAtItsBestStep(measure, ideal, [.. weights.Select(w => Math.Round(w / step))]);
            }
        }

        Assert.InRange(found, best * (1 - 1e-9), best * 1.05);
        Assert.True(found < rounded);
    }

    [Fact]
    public void TheMorePositions_TheLessTheModelsWeightsHold()
    {
        double few = DistanceFromWhatMadeTheTargets(samples: 1), many = DistanceFromWhatMadeTheTargets(samples: 40);

        // λ is 30 · 4 / 36 with one sample, and a fortieth of it with forty.
        Assert.InRange(few, 0.3, 0.45);
        Assert.InRange(many, 0, 0.1);
    }

    // The model's weights are half of those that made the targets.
    private static double DistanceFromWhatMadeTheTargets(int samples)
    {
        const int FineGrid = 127;
        using SearchProblem problem = new(5, Inputs, 6, 6, 1, 1, 1, samples, 8, new IntegerRange(8, signed: false));
        double inputScale = problem.Scales[problem.Group];
        LayerMoments moments = Assert.Single(LayerMoments.Collect(problem.Segments, (float)inputScale, problem.Group.Range, CancellationToken.None));
        GroupProblem group = GroupProblem.Of(moments, inputScale, new WeightReconstructionOptions(), adjustsBias: true)!;
        (double difference, double squares) = (0, 0);
        for (int channel = 0; channel < 6; channel++)
        {
            float[] row = problem.Layer.Row(channel).ToArray();
            ChannelSolution solution = group.Solve(channel, [.. row.Select(w => w / 2)], row.Max(MathF.Abs) / FineGrid, FineGrid);
            difference += row.Zip(solution.Integers, (w, q) => Math.Pow(w - q * solution.FittedStep, 2)).Sum();
            squares += row.Sum(w => (double)w * w);
        }

        return Math.Sqrt(difference / squares);
    }

    // The equations of the page on reconstruction, element by element.
    private static (double[,] Measure, double[] Ideal) Reference(LayerMoments moments, int channel, float[] weights, double inputScale, WeightReconstructionOptions options)
    {
        double[,] moment = new double[Inputs, Inputs];
        double mean = 0;
        for (int k = 0; k < Inputs; k++)
        {
            for (int l = 0; l < Inputs; l++)
            {
                moment[k, l] = inputScale * inputScale * (moments.Gram[k][l] - moments.Sums[k] * moments.Sums[l] / moments.Count);
            }

            mean += moment[k, k] / Inputs;
        }

        double damping = options.IdealDamping * Inputs / moments.Count;
        double[,] measure = new double[Inputs, Inputs];
        double[,] system = new double[Inputs, Inputs + 1];
        for (int k = 0; k < Inputs; k++)
        {
            for (int l = 0; l < Inputs; l++)
            {
                measure[k, l] = k == l ? moment[k, k] + options.MeasureDamping * mean : (1 - options.MeasureShrinkage) * moment[k, l];
                system[k, l] = moment[k, l] + (k == l ? damping * mean : 0);
            }

            system[k, Inputs] = inputScale * (moments.Projections[channel][k] - moments.Sums[k] * moments.TargetSums[channel] / moments.Count) + damping * mean * weights[k];
        }

        return (measure, Solve(system));
    }

    // Gauss and Jordan, without pivots: the matrix is positive definite.
    private static double[] Solve(double[,] system)
    {
        for (int k = 0; k < Inputs; k++)
        {
            for (int row = 0; row < Inputs; row++)
            {
                double factor = row == k ? 0 : system[row, k] / system[k, k];
                for (int column = 0; column <= Inputs; column++)
                {
                    system[row, column] -= factor * system[k, column];
                }
            }
        }

        return [.. Enumerable.Range(0, Inputs).Select(k => system[k, Inputs] / system[k, k])];
    }

    private static double ErrorAtItsBestStep(double[,] measure, double[] ideal, double[] integers)
    {
        double Form(double[] x, double[] y) => Enumerable.Range(0, Inputs).Sum(k => Enumerable.Range(0, Inputs).Sum(l => x[k] * measure[k, l] * y[l]));
        double squares = Form(integers, integers);
        double step = squares == 0 ? 0 : Math.Max(0, Form(integers, ideal) / squares);
        double[] difference = [.. integers.Zip(ideal, (q, v) => step * q - v)];
        return Form(difference, difference);
    }

    private static IEnumerable<double[]> AllIntegers()
    {
        const int Grid = 2 * Largest + 1;
        return Enumerable.Range(0, Grid * Grid * Grid * Grid).Select(i => (double[])[i % Grid - Largest, i / Grid % Grid - Largest, i / Grid / Grid % Grid - Largest, i / Grid / Grid / Grid - Largest]);
    }
}
