using EasyQuant.Graphs;

namespace EasyQuant.Onnx;

/// <summary>The values that names stand for in a graph; a name that the graph does not define is looked up in the graph around it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);

    /// <summary>The value that the name stands for here or in a graph around.</summary>
    public Value? Find(string name) => FindLocal(name) ?? outer?.Find(name);

    /// <summary>The value that this graph itself gives the name to.</summary>
    public Value? FindLocal(string name) => _values.GetValueOrDefault(name);

    /// <summary>A new value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="what">What messages call the place that defines it.</param>
    /// <exception cref="InvalidModelException">The graph defines the name already, or the name is empty.</exception>
    public Value Define(string name, string what)
    {
        Value value = new(name);
        Add(value, what);
        return value;
    }

    /// <summary>Lets the value's name stand for it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What messages call the place that defines it.</param>
    /// <exception cref="InvalidModelException">The graph defines the name already, or the name is empty.</exception>
    public void Add(Value value, string what)
    {
        if (value.Name.Length == 0)
        {
            throw new InvalidModelException($"{what} has no name.");
        }

        if (!_values.TryAdd(value.Name, value))
        {
            throw new InvalidModelException($"{what} '{value.Name}': the graph defines '{value.Name}' already. Names of values must be unique.");
        }
    }
}
