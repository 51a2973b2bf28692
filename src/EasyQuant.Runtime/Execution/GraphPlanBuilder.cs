using EasyQuant.Graphs;
using EasyQuant.Runtime.Operators;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>Chooses the nodes that certain outputs need, gives every value a slot and a layout and finds where each is read last.</summary>
/// <remarks>A value is blocked as soon as its operator offers that; it is brought back to planes where somebody needs them.</remarks>
internal sealed class GraphPlanBuilder
{
    private readonly PreparedGraph _prepared;
    private readonly HashSet<Value> _kept;
    private readonly bool _fuse;
    private readonly Dictionary<Value, int> _slots = [];
    private readonly Dictionary<Value, (int Slot, int Channels, Node Producer)> _blocked = [];
    private readonly List<(int Slot, Tensor Tensor)> _known = [];
    private readonly List<PlanStep> _steps = [];
    private int _slotCount;

    private GraphPlanBuilder(PreparedGraph prepared, IEnumerable<Value> outputs, bool fuse)
    {
        _prepared = prepared;
        _kept = [.. outputs];
        _fuse = fuse;
    }

    /// <summary>The plan that computes <paramref name="outputs"/> from <paramref name="inputs"/>.</summary>
    /// <param name="prepared">The graph.</param>
    /// <param name="inputs">The plan's inputs: the graph's, and for a nested graph the captured values.</param>
    /// <param name="outputs">What to compute.</param>
    /// <param name="fuse">Whether one operator may compute several nodes.</param>
    /// <exception cref="InvalidModelException">A node reads a value that is not computed before it.</exception>
    public static GraphPlan Build(PreparedGraph prepared, IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs, bool fuse)
    {
        GraphPlanBuilder builder = new(prepared, outputs, fuse);
        return builder.Build(inputs, outputs);
    }

    private GraphPlan Build(IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs)
    {
        int[] inputSlots = [.. inputs.Select(AddInput)];
        HashSet<Node> done = [];
        foreach (Node node in NeededNodes(outputs))
        {
            if (!done.Contains(node))
            {
                AddStep(node, done);
            }
        }

        int[] outputSlots = [.. outputs.Select(v => SlotOf(v, $"output '{v.Name}'"))];
        HashSet<int> read = [.. outputSlots];
        PlanStep[] plan = WithLastReads(_steps, inputSlots, read);
        int[] usedInputs = Array.ConvertAll(inputSlots, s => read.Contains(s) ? s : -1);
        return new GraphPlan(plan, [.. _known], usedInputs, outputSlots, _slotCount);
    }

    private int AddInput(Value input)
    {
        int slot = _slotCount++;
        if (!_slots.TryAdd(input, slot))
        {
            throw new InvalidModelException($"Graph '{_prepared.Graph.Name}' lists the input '{input.Name}' twice.");
        }

        if (input.Constant is { } constant)
        {
            _known.Add((slot, constant));
        }

        return slot;
    }

    private List<Node> NeededNodes(IReadOnlyList<Value> outputs)
    {
        HashSet<Value> needed = [.. outputs];
        List<Node> nodes = [];
        foreach (Node node in _prepared.Graph.Nodes.Reverse())
        {
            if (node.Outputs.Any(o => o is not null && needed.Contains(o) && _prepared.ConstantOf(o) is null))
            {
                nodes.Add(node);
                needed.UnionWith(ReadsOf(node).OfType<Value>());
            }
        }

        nodes.Reverse();
        return nodes;
    }

    private void AddStep(Node node, HashSet<Node> done)
    {
        (IOperator made, List<Node> absorbed) = _fuse ? _prepared.FusedOperatorOf(node, _kept) : (_prepared.OperatorOf(node), []);
        done.UnionWith(absorbed);
        Node last = absorbed.LastOrDefault() ?? node;
        if (_fuse && made is IBlockable blockable && last.Outputs is [{ } output] && blockable.Blocked([.. node.Inputs.Select(BlockedChannels)]) is { } form)
        {
            int[] inputs = [.. node.Inputs.Select(v => v is null ? -1 : _blocked.TryGetValue(v, out var blocked) ? blocked.Slot : SlotOf(v, node.Label))];
            int slot = _slotCount++;
            _blocked.Add(output, (slot, form.Channels, node));
            _steps.Add(new PlanStep(node, form.Operator, inputs, [slot], []));
            return;
        }

        int[] reads = [.. ReadsOf(node).Select(v => v is null ? -1 : SlotOf(v, node.Label))];
        int[] writes = [.. last.Outputs.Select(v => v is null || !IsRead(v) ? -1 : NewSlot(v))];
        _steps.Add(new PlanStep(node, made, reads, writes, []));
    }

    private int? BlockedChannels(Value? value) => value is not null && _blocked.TryGetValue(value, out var blocked) ? blocked.Channels : null;

    private static IEnumerable<Value?> ReadsOf(Node node) => node.Subgraphs.Any() ? node.Inputs.Concat(CapturedValues.Of(node)) : node.Inputs;

    // An observer sees every value, so there every value has a slot.
    private bool IsRead(Value value) => !_fuse || value.Uses.Count > 0 || _kept.Contains(value);

    private int NewSlot(Value value)
    {
        _slots.Add(value, _slotCount);
        return _slotCount++;
    }

    private int SlotOf(Value value, string reader)
    {
        if (_slots.TryGetValue(value, out int slot))
        {
            return slot;
        }

        if (_blocked.TryGetValue(value, out var blocked))
        {
            slot = NewSlot(value);
            _steps.Add(new PlanStep(blocked.Producer, new ToPlanes(blocked.Channels), [blocked.Slot], [slot], []));
            return slot;
        }

        Tensor constant = _prepared.ConstantOf(value) ?? throw new InvalidModelException(
            $"{reader}: value '{value.Name}' is read, but it is neither an input nor a constant, and no earlier node computes it.");
        slot = NewSlot(value);
        _known.Add((slot, constant));
        return slot;
    }

    // Adds to `read` every slot that a step reads; a slot not yet in it, going backwards, is read for the last time.
    private static PlanStep[] WithLastReads(List<PlanStep> steps, int[] inputs, HashSet<int> read)
    {
        HashSet<int> own = [.. steps.SelectMany(s => s.Outputs), .. inputs];
        PlanStep[] result = new PlanStep[steps.Count];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            int[] last = [.. steps[i].Inputs.Concat(steps[i].Outputs).Where(s => s >= 0 && own.Contains(s)).Distinct().Where(read.Add)];
            result[i] = steps[i] with { LastReads = last };
        }

        return result;
    }
}
