using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Sequences;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>Scan: a body that goes over slices of some inputs, carries state values on and adds a slice to each scan output.</summary>
/// <remarks>Version 8 has a batch in front of everything: its entries are scanned one after another.</remarks>
internal sealed class Scan : IOperator
{
    private readonly NestedGraph _body;
    private readonly bool _isBatched;
    private readonly int _inputs;
    private readonly int _scans;
    private readonly int _states;
    private readonly long[]? _axes;
    private readonly long[]? _directions;
    private readonly long[]? _outputAxes;
    private readonly long[]? _outputDirections;

    public Scan(OperatorSite site)
    {
        Node node = site.Node;
        _body = new NestedGraph(site, "body");
        _isBatched = site.Opset < 9;
        _inputs = node.Inputs.Count;
        _scans = checked((int)node.GetInt("num_scan_inputs", 0));
        _states = _inputs - _scans - (_isBatched ? 1 : 0);
        _axes = node.GetInts("scan_input_axes")?.ToArray();
        _directions = node.GetInts(_isBatched ? "directions" : "scan_input_directions")?.ToArray();
        _outputAxes = node.GetInts("scan_output_axes")?.ToArray();
        _outputDirections = node.GetInts("scan_output_directions")?.ToArray();
        if (_scans < 1 || _states < 0 || _body.InputCount != _states + _scans || _body.OutputCount < _states
            || Misfits(_axes, _scans) || Misfits(_directions, _scans) || Misfits(_outputAxes, _body.OutputCount - _states) || Misfits(_outputDirections, _body.OutputCount - _states))
        {
            throw new InvalidModelException(
                $"{node.Label}: {_states} states and {_scans} scanned inputs do not fit a body that takes {_body.InputCount} and gives {_body.OutputCount} values.");
        }
    }

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        ReadOnlySpan<Tensor?> captured = inputs[_inputs..];
        if (!_isBatched)
        {
            return ScanOne(inputs[.._inputs], captured, context);
        }

        if (inputs.Optional(0) is not null)
        {
            throw new UnsupportedOperatorInputException("Sequences of different lengths (sequence_lens) are not supported.");
        }

        int batch = inputs.Required(1).Shape[0];
        OperatorContext unpooled = new(context.Workers, context.Cancellation);
        ScanOutputs entries = new(_body.OutputCount, context);
        for (int b = 0; b < batch; b++)
        {
            Tensor?[] entry = new Tensor?[_states + _scans];
            for (int i = 0; i < entry.Length; i++)
            {
                entry[i] = AxisPart.At(inputs.Required(1 + i), 0, Indexing.Indices.Along(b, inputs.Required(1 + i).Shape[0]), unpooled);
            }

            entries.Add(ScanOne(entry, captured, context));
        }

        return entries.Stack(_ => 0);
    }

    private Tensor[] ScanOne(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor?> captured, OperatorContext context)
    {
        Tensor?[] values = inputs.ToArray();
        int[] axes = new int[_scans];
        for (int i = 0; i < _scans; i++)
        {
            axes[i] = OperatorInputs.Axis(_axes?[i] ?? 0, inputs.Required(_states + i).Shape.Rank);
        }

        int turns = inputs.Required(_states).Shape[axes[0]];
        ScanOutputs outputs = new(_body.OutputCount - _states, context);
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < _scans; i++)
            {
                Tensor scanned = inputs.Required(_states + i);
                int index = _directions?[i] == 1 ? scanned.Shape[axes[i]] - 1 - turn : turn;
                values[_states + i] = AxisPart.At(scanned, axes[i], Indexing.Indices.Along(index, scanned.Shape[axes[i]]), context);
            }

            Tensor[] results = _body.Run(values, captured, context);
            results[.._states].CopyTo(values, 0);
            outputs.Add(results.AsSpan(_states));
        }

        Tensor[] stacked = outputs.Stack(i => OperatorInputs.Axis(_outputAxes?[i] ?? 0, outputs.SliceRank(i) + 1), i => _outputDirections?[i] == 1);
        return [.. values.Take(_states).Select(v => v!), .. stacked];
    }

    private static bool Misfits(long[]? list, int count) => list is not null && list.Length != count;
}
