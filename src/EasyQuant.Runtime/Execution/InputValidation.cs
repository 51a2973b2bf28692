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
        foreach (string name in inputs.Keys)
        {
            if (!declared.Any(d => d.Name == name))
            {
                throw new ArgumentException($"The model has no input '{name}'.{Suggestion.For(name, declared.Select(d => d.Name))}", nameof(inputs));
            }
        }

        Tensor?[] fed = new Tensor?[declared.Count];
        Dictionary<string, (int Extent, string Input)> symbols = [];
        for (int i = 0; i < fed.Length; i++)
        {
            Value value = declared[i];
            if (inputs.TryGetValue(value.Name, out Tensor? tensor))
            {
                CheckType(value, tensor);
                CheckShape(value, tensor, symbols);
                fed[i] = tensor;
            }
            else if (value.Constant is null)
            {
                throw new ArgumentException($"Input '{value.Name}' is missing: the model expects {value}.", nameof(inputs));
            }
        }

        return fed;
    }

    private static void CheckType(Value value, Tensor tensor)
    {
        if (value.ElementType != DataType.Undefined && tensor.Type != value.ElementType)
        {
            throw new ArgumentException($"Input '{value.Name}' is {tensor}, expected element type {value.ElementType.ShortName()}.");
        }
    }

    private static void CheckShape(Value value, Tensor tensor, Dictionary<string, (int Extent, string Input)> symbols)
    {
        if (value.Shape is not { } shape)
        {
            return;
        }

        if (shape.Rank != tensor.Shape.Rank)
        {
            throw new ArgumentException($"Input '{value.Name}' is {tensor}, expected {shape.Rank} dimensions ({shape}).");
        }

        for (int d = 0; d < shape.Rank; d++)
        {
            int found = tensor.Shape[d];
            if (shape.Dimensions[d].Value is { } expected && expected != found)
            {
                throw new ArgumentException($"Input '{value.Name}' is {tensor}, expected {shape}: dimension {d} is {found} instead of {expected}.");
            }

            if (shape.Dimensions[d].Symbol is { Length: > 0 } symbol && !symbols.TryAdd(symbol, (found, value.Name)) && symbols[symbol].Extent != found)
            {
                throw new ArgumentException(
                    $"Input '{value.Name}' is {tensor}, expected {shape}: '{symbol}' is {found} here and {symbols[symbol].Extent} in '{symbols[symbol].Input}'.");
            }
        }
    }
}
