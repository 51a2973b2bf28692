using EasyQuant.Data.Arrays;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>The samples of one .npz archive: for each input the array of its name, samples along the first axis.</summary>
/// <remarks>
/// An array with as many dimensions as its input has the batch for its first axis, so each sample is a batch of 1; an array with one dimension more
/// has samples that are complete inputs. A state's array has no such axis: it is the state at the start, and goes with the first sample.
/// See <see cref="NamedArrays"/> for names. The arrays stay in memory: a compressed archive cannot be read by parts.
/// </remarks>
public sealed class NpzSource : ISampleSource
{
    private readonly string _path;
    private readonly IReadOnlyList<SampleInput> _inputs;
    private readonly List<(SampleInput Input, Tensor Array, Shape Sample)> _arrays = [];
    private readonly List<(SampleInput Input, Tensor Start)> _states = [];
    private readonly int[]? _labels;

    /// <summary>The samples of an archive.</summary>
    /// <exception cref="InvalidSampleException">The archive is damaged, an input has no array, or the arrays do not fit the inputs or each other.</exception>
    public NpzSource(string path, IReadOnlyList<SampleInput> inputs)
        : this(path, NpzArchive.Read(path), inputs)
    {
    }

    /// <summary>The samples of arrays that have been read.</summary>
    /// <param name="path">Where they come from, for messages.</param>
    /// <param name="archive">The arrays by name.</param>
    /// <param name="inputs">The model's inputs.</param>
    /// <exception cref="InvalidSampleException">An input has no array, or the arrays do not fit the inputs or each other.</exception>
    public NpzSource(string path, IReadOnlyDictionary<string, Tensor> archive, IReadOnlyList<SampleInput> inputs)
    {
        _path = path;
        _inputs = inputs;
        IReadOnlyList<string?> names = NamedArrays.Match(path, archive, inputs);
        foreach ((SampleInput input, string? name) in inputs.Zip(names).Where(p => p.Second is not null))
        {
            Tensor array = archive[name!];
            if (input.IsState)
            {
                _states.Add((input, input.Fit(array, $"{path}:{name}")));
                continue;
            }

            Shape sample = SampleSlices.ShapeOf(array.Shape, input, $"{path}:{name}");
            input.CheckFit(array.Type, sample, $"{path}:{name}[0]");
            _arrays.Add((input, array, sample));
        }

        Count = _arrays.Count > 0 ? _arrays[0].Array.Shape[0] : throw new InvalidSampleException($"'{path}' cannot give samples to a model whose inputs are all states.");
        foreach ((SampleInput input, Tensor array, _) in _arrays)
        {
            CheckCount(array, $"the array of input '{input.Name}'");
        }

        if (NamedArrays.LabelName(archive, inputs) is { } labels)
        {
            CheckCount(archive[labels], $"the array '{labels}'");
            _labels = archive[labels].Shape.Rank == 1
                ? NamedArrays.Labels(path, labels, archive[labels])
                : throw new InvalidSampleException($"Archive '{path}': the array '{labels}' is {archive[labels]}; expected one class number for each sample.");
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Sample Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        string name = $"{_path}[{index}]";
        Dictionary<string, Tensor> tensors = _arrays.ToDictionary(a => a.Input.Name, a => a.Input.Fit(SampleSlices.Slice(a.Array, a.Sample, index), name), StringComparer.Ordinal);
        foreach ((SampleInput input, Tensor start) in index == 0 ? _states : [])
        {
            tensors.Add(input.Name, start);
        }

        SymbolAgreement.Require(_inputs, tensors, name);
        return new Sample(name, tensors, _labels?[index]);
    }

    private void CheckCount(Tensor array, string title)
    {
        if (array.Shape.Rank == 0 || array.Shape[0] != Count)
        {
            throw new InvalidSampleException($"Archive '{_path}': {title} has shape {array.Shape}, expected {Count} along its first axis like the others.");
        }
    }
}
