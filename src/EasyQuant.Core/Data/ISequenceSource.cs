namespace EasyQuant.Data;

/// <summary>Samples in sequences, for models whose outputs are their next inputs: each sequence begins anew.</summary>
public interface ISequenceSource : ISampleSource
{
    /// <summary>How many samples each sequence has. Those of one sequence follow each other, the first sequence's come first.</summary>
    IReadOnlyList<int> Lengths { get; }
}
