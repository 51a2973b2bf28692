using EasyQuant.Data.Preprocessing;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>An input of a model, as far as samples must fit it.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="ElementType">Its element type.</param>
/// <param name="Shape">Its shape, or nothing where the model does not say.</param>
public sealed record SampleInput(string Name, DataType ElementType, SymbolicShape? Shape)
{
    /// <summary>Whether samples may leave it out: a state, which is fed back from an output and only begins with what a sample holds.</summary>
    public bool IsState { get; init; }

    /// <summary>An input of known shape.</summary>
    public SampleInput(string name, DataType elementType, Shape shape)
        : this(name, elementType, SymbolicShape.Of(shape))
    {
    }

    /// <summary>The inputs of a model that a sample must provide.</summary>
    /// <exception cref="InvalidModelException">An input is not a tensor.</exception>
    public static IReadOnlyList<SampleInput> Of(Model model) => [.. model.Graph.Inputs.Where(v => v.Constant is null).Select(Of)];

    /// <summary>One input of a model.</summary>
    /// <exception cref="InvalidModelException">It is not a tensor.</exception>
    public static SampleInput Of(Value value) => value.TensorType is { } type
        ? new SampleInput(value.Name, type.ElementType, type.Shape)
        : throw new InvalidModelException($"Input '{value.Name}' has the type {value.Type?.ToString() ?? "?"}; samples can be tensors only.");

    /// <summary>Name, type and shape, as in <c>'data' f32[Nx3x224x224]</c>.</summary>
    public override string ToString() => $"'{Name}' {new TensorValueType(ElementType, Shape)}";

    /// <summary>What is stated of the pictures that this input takes.</summary>
    /// <exception cref="InvalidSampleException">The input takes something else, or leaves open what the preprocessing does not settle.</exception>
    internal PictureSize PictureSize(Preprocess preprocess)
    {
        if (ElementType != DataType.Float32 || Shape is not { Rank: 4 } shape || shape.Dimensions[0].Value is not (null or 1) || shape.Dimensions[1].Value is not (1 or 3))
        {
            throw new InvalidSampleException($"Input {this} takes no pictures; expected f32 with 4 dimensions: batch (open or 1), channels (1 or 3), height, width. Give the samples as .npz or .npy.");
        }

        PictureSize size = new(shape.Dimensions[1].Value!.Value, shape.Dimensions[2].Value, shape.Dimensions[3].Value);
        return preprocess.Settles(size)
            ? size
            : throw new InvalidSampleException(
                $"Input {this} leaves height or width open, and the preprocessing follows the model's size. Give one that settles it: 'none' keeps each picture's size, a file may say \"resize\": "
                + "{\"mode\": \"multiple\", \"of\": 32}, or {\"mode\": \"exact\", \"width\": ..., \"height\": ...}.");
    }

    /// <summary>The array as this input takes it: a missing batch dimension added, the element type widened where nothing is lost but digits.</summary>
    /// <exception cref="InvalidSampleException">Type or shape does not fit.</exception>
    public Tensor Fit(Tensor tensor, string sample)
    {
        Tensor batched = Shape is { Rank: > 0 } shape && tensor.Shape.Rank == shape.Rank - 1 && shape.Dimensions[0].Value is (null or 1)
            ? tensor.Reshape([1, .. tensor.Shape])
            : tensor;
        CheckFit(tensor.Type, batched.Shape, sample);
        return ElementConversion.Convert(batched, ElementType);
    }

    /// <summary>Refuses a sample of another shape, or of a type that cannot be converted.</summary>
    internal void CheckFit(DataType type, Shape shape, string sample)
    {
        if (Shape is not null && !Accepts(Shape, shape))
        {
            throw new InvalidSampleException(shape.Rank == Shape.Rank
                ? $"Sample '{sample}' has shape {shape}, expected {Shape} for input {this}."
                : $"Sample '{sample}' has {shape.Rank} dimensions ({shape}), expected {Shape.Rank} ({Shape}) for input {this}.");
        }

        if (!ElementConversion.IsPossible(type, ElementType))
        {
            throw new InvalidSampleException($"Sample '{sample}' has elements of type {type.ShortName()}, expected {ElementType.ShortName()} for input {this}. Convert it with numpy.astype.");
        }
    }

    private static bool Accepts(SymbolicShape declared, Shape shape) =>
        declared.Rank == shape.Rank && declared.Dimensions.Zip(shape).All(d => d.First.Value is null || d.First.Value == d.Second);
}
