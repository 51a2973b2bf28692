using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>Compares what a caller feeds with what the model declares, before anything is computed.</summary>
internal sealed class InputValidation(IReadOnlyList<Value> declared)
{
    /// <summary>The inputs that may be fed.</summary>
    public IReadOnlyList<Value> Declared => declared;

    /// <summary>The tensors in the order of <see cref="Declared"/>; <see langword="null"/> where the input's default holds.</summary>
    /// <exception cref="ArgumentException">An input is missing, not known, or not of the declared type and shape.</exception>
    public Tensor?[] Check(IReadOnlyDictionary<string, Tensor> inputs)
    {
        CheckNames(inputs.Keys);
        Tensor?[] fed = new Tensor?[declared.Count];
        Dictionary<string, (int Extent, string Input)> symbols = [];
        for (int i = 0; i < fed.Length; i++)
        {
            Value value = declared[i];
            if (inputs.TryGetValue(value.Name, out Tensor? tensor))
            {
                CheckKind(value, value.Type, tensor);
                CheckType(value, tensor);
                CheckShape(value, tensor.Shape, symbols);
                fed[i] = tensor;
            }
            else if (value.Constant is null)
            {
                throw new ArgumentException($"Input '{value.Name}' is missing: the model expects {value}.", nameof(inputs));
            }
        }

        return fed;
    }

    /// <summary>The extents of each input in the order of <see cref="Declared"/>; what is not given follows from the declaration, an open batch is 1.</summary>
    /// <exception cref="ArgumentException">An input is not known, its extents are not those declared, or they are open and not given.</exception>
    public Shape[] CheckShapes(IReadOnlyDictionary<string, Shape> given)
    {
        CheckNames(given.Keys);
        Shape[] shapes = new Shape[declared.Count];
        Dictionary<string, (int Extent, string Input)> symbols = [];
        for (int i = 0; i < shapes.Length; i++)
        {
            shapes[i] = given.TryGetValue(declared[i].Name, out Shape shape) ? shape
                : DeclaredShape(declared[i]) ?? throw new ArgumentException($"Input '{declared[i].Name}' is declared as {declared[i].Shape?.ToString() ?? "any shape"}; give its extents.", nameof(given));
            CheckShape(declared[i], shapes[i], symbols);
        }

        return shapes;
    }

    private static Shape? DeclaredShape(Value input)
    {
        int?[]? extents = input.Shape?.Dimensions.Select((d, i) => d.Value ?? (i == 0 ? 1 : null)).ToArray();
        return extents?.Contains(null) == false ? new Shape([.. extents.Select(e => e!.Value)]) : null;
    }

    private void CheckNames(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (!declared.Any(d => d.Name == name))
            {
                throw new ArgumentException($"The model has no input '{name}'.{Suggestion.For(name, declared.Select(d => d.Name))}", nameof(names));
            }
        }
    }

    // An optional is fed as what it holds, or as nothing.
    private static void CheckKind(Value value, Graphs.ValueType? type, Tensor tensor)
    {
        if (type is OptionalValueType optional)
        {
            if (tensor != Tensor.Absent)
            {
                CheckKind(value, optional.ElementType, tensor);
            }
        }
        else if (tensor == Tensor.Absent || (type is SequenceValueType) != (tensor.Elements is not null))
        {
            throw new ArgumentException($"Input '{value.Name}' is {tensor}, expected {value.Type}.");
        }

        if (type is SequenceValueType sequence)
        {
            foreach (Tensor element in tensor.Elements!)
            {
                CheckKind(value, sequence.ElementType, element);
            }
        }
    }

    private static void CheckType(Value value, Tensor tensor)
    {
        if (value.ElementType != DataType.Undefined && tensor.Type != value.ElementType)
        {
            throw new ArgumentException($"Input '{value.Name}' is {tensor}, expected element type {value.ElementType.ShortName()}.");
        }
    }

    private static void CheckShape(Value value, Shape given, Dictionary<string, (int Extent, string Input)> symbols)
    {
        if (value.Shape is not { } shape)
        {
            return;
        }

        if (shape.Rank != given.Rank)
        {
            throw new ArgumentException($"Input '{value.Name}' is {Describe(value, given)}, expected {shape.Rank} dimensions ({shape}).");
        }

        for (int d = 0; d < shape.Rank; d++)
        {
            int found = given[d];
            if (shape.Dimensions[d].Value is { } expected && expected != found)
            {
                throw new ArgumentException($"Input '{value.Name}' is {Describe(value, given)}, expected {shape}: dimension {d} is {found} instead of {expected}.");
            }

            if (shape.Dimensions[d].Symbol is { Length: > 0 } symbol && !symbols.TryAdd(symbol, (found, value.Name)) && symbols[symbol].Extent != found)
            {
                throw new ArgumentException(
                    $"Input '{value.Name}' is {Describe(value, given)}, expected {shape}: '{symbol}' is {found} here and {symbols[symbol].Extent} in '{symbols[symbol].Input}'.");
            }
        }
    }

    private static TensorValueType Describe(Value value, Shape given) => new(value.ElementType, SymbolicShape.Of(given));
}
