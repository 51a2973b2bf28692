namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>The loss of one output channel with some integers, summed up segment by segment; it never falls.</summary>
/// <remarks>
/// The step that the integers stand for is free: the cosine does not see it, and against noise it is refitted afterwards
/// (<see cref="MagnitudeFit"/>). So integers alone decide.
/// </remarks>
/// <param name="objective">What is summed.</param>
/// <param name="meanPower">The mean over segments of the channel's <c>‖O‖²</c>, so that the loss, like that of cosines, is divided by their number in the end.</param>
internal struct ChannelLoss(ScaleObjective objective, double meanPower)
{
    private double _dot;
    private double _squares;
    private double _target;

    /// <summary>The sum so far.</summary>
    public double Value { get; private set; }

    /// <summary>Adds a segment.</summary>
    /// <param name="dot">⟨O, Ô⟩.</param>
    /// <param name="squares">‖Ô‖².</param>
    /// <param name="targetNorm">‖O‖.</param>
    public void Add(double dot, double squares, double targetNorm)
    {
        if (objective == ScaleObjective.Cosine)
        {
            Value += CosineObjective.Loss(dot, squares, targetNorm);
            return;
        }

        _dot += dot;
        _squares += squares;
        _target += targetNorm * targetNorm;
        Value = NoiseObjective.FittedLoss(_dot, _squares, _target, meanPower);
    }
}
