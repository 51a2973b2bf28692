using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The float tensors of a plan, numbered.</summary>
internal sealed class FloatSlots
{
    private readonly Dictionary<Value, int> _numbers = [];
    private readonly List<(int Slot, Shape Shape)> _owned = [];

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>Those that our own steps write: their tensors are made once for all runs of a <see cref="RunState"/>.</summary>
    public IReadOnlyList<(int Slot, Shape Shape)> Owned => _owned;

    /// <summary>The number of a value.</summary>
    public int Of(Value value)
    {
        if (!_numbers.TryGetValue(value, out int number))
        {
            _numbers.Add(value, number = _numbers.Count);
        }

        return number;
    }

    /// <summary>The number of a value that a step of ours writes.</summary>
    public int Own(Value value, Shape shape)
    {
        int number = Of(value);
        _owned.Add((number, shape));
        return number;
    }
}
