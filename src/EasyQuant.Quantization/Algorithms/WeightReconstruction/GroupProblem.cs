using EasyQuant.Kernels.FloatProducts;

namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>What was found for an output channel.</summary>
/// <param name="Integers">q.</param>
/// <param name="Step">The step by which they were rounded.</param>
/// <param name="FittedStep">The step of least error for these integers.</param>
/// <param name="BiasChange">What the bias must grow by.</param>
internal sealed record ChannelSolution(double[] Integers, double Step, double FittedStep, double BiasChange);

/// <summary>
/// The least squares problem that the output channels of a group share. With <c>C = s_x² (G − m mᵀ / N)</c>, the inputs' second moments
/// about their mean, and μ the mean of its diagonal: the ideal weights solve <c>(C + λ μ I) v = s_x (b − m t / N) + λ μ w</c>, and
/// integers are measured by <c>(s q − v)ᵀ (C' + ε μ I) (s q − v)</c>, C' being C with its products of different inputs shrunk. λ is the
/// larger the more weights there are for each position that was seen, K / N.
/// </summary>
/// <remarks>Weights are taken in the order of their inputs' second moments: the last, with the largest, are rounded first.</remarks>
internal sealed class GroupProblem
{
    private readonly LayerMoments _moments;
    private readonly WeightReconstructionOptions _options;
    private readonly double _inputScale;
    private readonly bool _adjustsBias;
    private readonly int[] _order;
    private readonly double _mean;
    private readonly double _idealDamping;
    private readonly double[][] _measure;
    private readonly CholeskyFactor _measureFactor;
    private readonly CholeskyFactor _idealFactor;

    private GroupProblem(LayerMoments moments, double inputScale, WeightReconstructionOptions options, bool adjustsBias)
    {
        _moments = moments;
        _options = options;
        _inputScale = inputScale;
        _adjustsBias = adjustsBias;
        int length = moments.Sums.Length;
        _mean = Enumerable.Range(0, length).Sum(k => Moment(k, k)) / length;
        _order = [.. Enumerable.Range(0, length).OrderBy(k => Moment(k, k)).ThenBy(k => k)];
        _idealDamping = options.IdealDamping * length / moments.Count;
        _measure = Damped(options.MeasureDamping, options.MeasureShrinkage);
        _measureFactor = CholeskyFactor.Of(_measure);
        _idealFactor = CholeskyFactor.Of(Damped(_idealDamping, shrinkage: 0));
    }

    /// <summary>The problem; null where the inputs never vary, so that any weights do.</summary>
    public static GroupProblem? Of(LayerMoments moments, double inputScale, WeightReconstructionOptions options, bool adjustsBias)
    {
        bool varies = Enumerable.Range(0, moments.Sums.Length)
            .Any(k => moments.Gram[k][k] > (adjustsBias ? moments.Sums[k] * moments.Sums[k] / moments.Count : 0));
        return varies ? new GroupProblem(moments, inputScale, options, adjustsBias) : null;
    }

    /// <summary>The integers of one channel of the group.</summary>
    public ChannelSolution Solve(int channel, ReadOnlySpan<float> weights, double step, int largest)
    {
        double[] ideal = IdealWeights(channel, weights);
        Rounding best = _options.StepFactors.Select(factor => Round(ideal, step * factor, largest)).MinBy(r => r.Error)!;
        for (int i = 0; i < _options.Refinements; i++)
        {
            Rounding again = Round(ideal, best.FittedStep, largest);
            if (again.Error >= best.Error)
            {
                break;
            }

            best = again;
        }

        double[] integers = new double[ideal.Length];
        double sum = 0;
        for (int i = 0; i < ideal.Length; i++)
        {
            integers[_order[i]] = best.Integers[i];
            sum += best.Integers[i] * _moments.Sums[_order[i]];
        }

        double change = _adjustsBias ? (_moments.TargetSums[channel] - _inputScale * best.FittedStep * sum) / _moments.Count : 0;
        return new ChannelSolution(integers, best.Step, best.FittedStep, change);
    }

    // Integers of one step, and the error that is left with the step fitted to them.
    private Rounding Round(double[] ideal, double step, int largest)
    {
        double[] integers = new double[ideal.Length];
        LatticeRounding.NearestPlane(_measureFactor, ideal, step, largest, integers);
        LatticeRounding.Descend(_measure, ideal, step, largest, integers);
        double fitted = FittedStep(integers, ideal, step);
        return new Rounding(integers, step, fitted, Error(integers, ideal, fitted));
    }

    private double Error(double[] integers, double[] ideal, double step)
    {
        double[] difference = [.. integers.Zip(ideal, (q, v) => step * q - v)];
        return difference.Select((d, k) => d * OrderedDot.Of(_measure[k], difference)).Sum();
    }

    private double Moment(int k, int l) =>
        _inputScale * _inputScale * (_moments.Gram[k][l] - (_adjustsBias ? _moments.Sums[k] * _moments.Sums[l] / _moments.Count : 0));

    private double[][] Damped(double damping, double shrinkage) =>
        [.. _order.Select(k => _order.Select(l => k == l ? Moment(k, k) + damping * _mean : (1 - shrinkage) * Moment(k, l)).ToArray())];

    private double[] IdealWeights(int channel, ReadOnlySpan<float> weights)
    {
        double[] ideal = new double[_order.Length];
        for (int i = 0; i < ideal.Length; i++)
        {
            int k = _order[i];
            double mean = _adjustsBias ? _moments.Sums[k] * _moments.TargetSums[channel] / _moments.Count : 0;
            ideal[i] = _inputScale * (_moments.Projections[channel][k] - mean) + _idealDamping * _mean * weights[k];
        }

        _idealFactor.Solve(ideal);
        return ideal;
    }

    // The s of least (s q − v)ᵀ M (s q − v).
    private double FittedStep(double[] integers, double[] ideal, double step)
    {
        (double squares, double product) = (0, 0);
        for (int k = 0; k < integers.Length; k++)
        {
            squares += integers[k] * OrderedDot.Of(_measure[k], integers);
            product += integers[k] * OrderedDot.Of(_measure[k], ideal);
        }

        double fitted = product / squares;
        return float.IsNormal((float)fitted) && fitted > 0 ? fitted : step;
    }

    private sealed record Rounding(double[] Integers, double Step, double FittedStep, double Error);
}
