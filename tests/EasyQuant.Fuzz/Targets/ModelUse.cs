using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Passes;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;

namespace EasyQuant.Fuzz.Targets;

/// <summary>What users do with a model, with inputs made up.</summary>
internal static class ModelUse
{
    /// <summary>What the values of a run may take, as for a model of unknown origin.</summary>
    private const long MemoryLimit = 64 << 20;

    private const long MostInputElements = 1 << 18;

    /// <summary>Writes the model and reads it again.</summary>
    public static void Export(Model model)
    {
        using MemoryStream written = new();
        OnnxModelWriter.Write(model, written);
        written.Position = 0;
        OnnxModelReader.Read(written);
    }

    /// <summary>Infers what each node computes.</summary>
    public static void Infer(Model model) => new InferShapes().Apply(model);

    /// <summary>Runs the model in float, where its inputs are not too large.</summary>
    public static void Execute(Model model, CancellationToken cancellationToken)
    {
        if (Inputs(model) is { } inputs)
        {
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1, MemoryLimit = MemoryLimit });
            executor.Run(inputs, cancellationToken);
        }
    }

    /// <summary>Quantizes the model and runs what comes out in integers.</summary>
    public static void Quantize(Model model, CancellationToken cancellationToken)
    {
        if (Inputs(model) is { } inputs)
        {
            QuantizationResult result = PostTrainingQuantizer.Run(
                model, new OneSample(inputs), new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 1 }, null, cancellationToken);
            Export(result.Model);
            RunInIntegers(result.Model, cancellationToken);
        }
    }

    /// <summary>Runs a quantized model in integers.</summary>
    public static void RunInIntegers(Model model, CancellationToken cancellationToken)
    {
        if (Inputs(model) is { } inputs)
        {
            using InferenceSession session = new(model, new SessionOptions { Threads = 1 });
            session.Run(inputs, cancellationToken);
        }
    }

    /// <summary>Writes the model in the prepared form and reads it again.</summary>
    public static void Prepare(Model model)
    {
        using MemoryStream written = new();
        PreparedModelFile.Write(model, written);
        PreparedModelFile.Read(written.ToArray());
    }

    /// <summary>Something for each input that has to be fed; nothing where that would be large.</summary>
    private static Dictionary<string, Tensor>? Inputs(Model model)
    {
        Dictionary<string, Tensor> inputs = [];
        foreach (Value input in model.Graph.RequiredInputs)
        {
            if (Feed(input.Type) is not { } tensor)
            {
                return null;
            }

            inputs[input.Name] = tensor;
        }

        return inputs;
    }

    private static Tensor? Feed(Graphs.ValueType? type) => type switch
    {
        SequenceValueType sequence => Feed(sequence.ElementType) is { } element ? Tensor.FromElements([element]) : null,
        OptionalValueType optional => Feed(optional.ElementType),
        TensorValueType { ElementType: not DataType.Undefined } tensor => Fill(tensor),
        _ => null,
    };

    private static Tensor? Fill(TensorValueType type)
    {
        int[] extents = [.. type.Shape?.Dimensions.Select(d => d.Value ?? 1) ?? []];
        long count = 1;
        foreach (int extent in extents)
        {
            count = Math.Min(count * extent, MostInputElements + 1);
        }

        if (count > MostInputElements || extents.Aggregate(1d, (a, b) => a * b) > MostInputElements)
        {
            return null;
        }

        Tensor tensor = Tensor.Allocate(type.ElementType, new Shape(extents));
        if (type.ElementType == DataType.String)
        {
            return Tensor.FromStrings([.. Enumerable.Repeat("text", tensor.Count)], tensor.Shape);
        }

        if (type.ElementType != DataType.Float32)
        {
            return Tensor.FromBytes(type.ElementType, tensor.Shape, new byte[tensor.ByteLength]);
        }

        Span<float> elements = tensor.AsMutableSpan<float>();
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = (i * 37 % 101 - 50) / 50f;
        }

        return tensor;
    }

    private sealed class OneSample(IReadOnlyDictionary<string, Tensor> inputs) : ISampleSource
    {
        public int Count => 1;

        public Sample Read(int index) => new("made up", inputs);
    }
}
