namespace EasyQuant.Data;

/// <summary>Samples with what a model should make of each; they can be read in any order, any number of times, by several threads.</summary>
/// <typeparam name="T">The truth of a sample: a class, boxes, a picture.</typeparam>
public interface ITruthSource<T>
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Reads one sample; the same index always gives the same.</summary>
    /// <exception cref="InvalidSampleException">The sample or its truth cannot be read, or does not fit the model.</exception>
    SampleWithTruth<T> Read(int index);

    /// <summary>The name of a sample, as <see cref="Read"/> gives it; a source that knows its names need not read for it.</summary>
    string NameOf(int index) => Read(index).Sample.Name;
}

/// <summary>A sample and what a model should make of it.</summary>
/// <param name="Sample">What to feed.</param>
/// <param name="Truth">What should come out.</param>
public readonly record struct SampleWithTruth<T>(Sample Sample, T Truth);
