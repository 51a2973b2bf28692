using EasyQuant.Tensors;

namespace EasyQuant.Data;

/// <summary>One sample: what to feed, by input name, and what is known of it.</summary>
/// <param name="Name">What messages call it: a file name, an index.</param>
/// <param name="Inputs">A tensor for each input; the batch dimension, where there is one, is 1.</param>
/// <param name="Label">The class it belongs to, where that is known.</param>
public sealed record Sample(string Name, IReadOnlyDictionary<string, Tensor> Inputs, int? Label = null);

/// <summary>Samples that can be read in any order, any number of times, by several threads; none is kept in memory for the caller.</summary>
public interface ISampleSource
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Reads one sample; the same index always gives the same tensors.</summary>
    /// <exception cref="InvalidSampleException">The sample cannot be read or does not fit the model.</exception>
    Sample Read(int index);

    /// <summary>The name of a sample, as <see cref="Read"/> gives it; a source that knows its names need not read for it.</summary>
    string NameOf(int index) => Read(index).Name;
}

/// <summary>A sample, or the place samples should come from, cannot be used; the message says which, why and the way out.</summary>
public sealed class InvalidSampleException : Exception
{
    /// <summary>With this message.</summary>
    public InvalidSampleException(string message)
        : base(message)
    {
    }

    /// <summary>With this message and what led to it.</summary>
    public InvalidSampleException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
