using EasyQuant.Cli.Samples;
using EasyQuant.Data;
using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Running;

/// <summary>Reads the files that <c>run</c> is given into a model's inputs.</summary>
internal static class InputFiles
{
    /// <summary>A tensor for each input that is given, by name.</summary>
    /// <param name="given">Each <c>NAME=FILE</c> or <c>FILE</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="preprocess">What is done to pictures.</param>
    /// <exception cref="InvalidSampleException">A file cannot be read.</exception>
    /// <exception cref="UsageException">It is not said which input a file is for, or an input is given twice.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(IReadOnlyList<string> given, Model model, PreprocessChoice preprocess)
    {
        Value[] required = [.. model.Graph.RequiredInputs];
        Dictionary<string, Tensor> inputs = [];
        foreach (string argument in given)
        {
            (string? name, string file) = Split(argument, model.Graph);
            if (Path.GetExtension(file).Equals(".npz", StringComparison.OrdinalIgnoreCase) && name is null)
            {
                foreach ((string key, Tensor tensor) in NpzArchive.Read(file))
                {
                    Add(key, Fit(tensor, key, $"{file}:{key}", model));
                }

                continue;
            }

            name ??= required is [Value only] ? only.Name : throw new UsageException(
                $"The model has {required.Length} inputs ({string.Join(", ", required.Select(i => i.Name))}); give each as --input NAME=FILE.");
            Add(name, ReadTensor(file, name, model, preprocess));
        }

        return inputs;

        void Add(string name, Tensor tensor)
        {
            if (!inputs.TryAdd(name, tensor))
            {
                throw new UsageException($"Input '{name}' is given twice.");
            }
        }
    }

    /// <summary>The steps of one sequence: a path as samples have them, or an .npy for each input, time along the first axis; of a state what it begins with.</summary>
    /// <exception cref="InvalidSampleException">A file cannot be read, does not fit, or holds several sequences.</exception>
    /// <exception cref="UsageException">It is not said which input a file is for, or an input is given twice.</exception>
    public static ISampleSource ReadSequence(IReadOnlyList<string> given, Model model, PreprocessChoice preprocess, FeedbackLinks feedback)
    {
        if (given is [string only] && Split(only, model.Graph) is (null, var path))
        {
            SequenceSource sequences = preprocess.OpenSequences(path, model, feedback, labels: null);
            return sequences.Lengths.Count == 1
                ? sequences
                : throw new InvalidSampleException($"'{path}' holds {sequences.Lengths.Count} sequences; run takes one. Name one of them, or use 'easyquant evaluate'.");
        }

        Dictionary<string, Tensor> arrays = new(StringComparer.Ordinal);
        foreach (string argument in given)
        {
            (string? name, string file) = Split(argument, model.Graph);
            if (name is null || !Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase) || !arrays.TryAdd(name, NpyFile.Read(file)))
            {
                throw new UsageException($"'{argument}': with --feedback give one .npz or folder, or each input once as NAME=FILE.npy, time along the first axis.");
            }
        }

        return new NpzSource("--input", arrays, [.. SampleInput.Of(model).Select(i => i with { IsState = feedback.IsState(i.Name) })]);
    }

    // What stands before the first '=' is a name only where the model has such an input: paths may hold '=' too.
    private static (string? Name, string File) Split(string argument, Graph graph)
    {
        int equals = argument.IndexOf('=');
        string name = equals > 0 ? argument[..equals] : "";
        if (graph.Inputs.Any(i => i.Name == name))
        {
            return (name, argument[(equals + 1)..]);
        }

        return equals < 0 || File.Exists(argument)
            ? (null, argument)
            : throw new UsageException($"The model has no input '{name}'; its inputs are {string.Join(", ", graph.RequiredInputs.Select(i => i.Name))}.");
    }

    private static Tensor ReadTensor(string file, string name, Model model, PreprocessChoice preprocess) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".npy" => Fit(NpyFile.Read(file), name, file, model),
        ".pb" => OnnxTensorFile.Read(file),
        _ => ReadPicture(file, name, model, preprocess),
    };

    // What the model does not have, or does not take as a tensor, is for the executor to refuse.
    private static Tensor Fit(Tensor array, string name, string file, Model model) =>
        model.Graph.Inputs.FirstOrDefault(i => i.Name == name) is { TensorType: not null } input ? SampleInput.Of(input).Fit(array, file) : array;

    private static Tensor ReadPicture(string file, string name, Model model, PreprocessChoice preprocess)
    {
        if (!File.Exists(file))
        {
            throw new InvalidSampleException($"There is no file '{file}'.");
        }

        PictureFile.RequireKnownFormat(file);
        SampleInput input = SampleInput.Of(model).First(i => i.Name == name);
        return preprocess.Value is { } value
            ? ImageFolderSource.OfPicture(file, value, input).Read(0).Inputs[name]
            : throw new UsageException($"'{file}': say with --preprocess how a picture becomes input '{name}'.");
    }
}
