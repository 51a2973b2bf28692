using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>Loop: a body repeated a number of times and while a condition holds; it carries values on and may add a slice to each scan output.</summary>
internal sealed class Loop : IOperator
{
    private readonly NestedGraph _body;
    private readonly int _inputs;
    private readonly int _carried;
    private readonly int _scans;

    public Loop(OperatorSite site)
    {
        _body = new NestedGraph(site, "body");
        _inputs = site.Node.Inputs.Count;
        _carried = _inputs - 2;
        _scans = _body.OutputCount - 1 - _carried;
        if (_carried < 0 || _body.InputCount != 2 + _carried || _scans < 0)
        {
            throw new InvalidModelException(
                $"{site.Node.Label}: the body takes {_body.InputCount} and gives {_body.OutputCount} values, expected {2 + _carried} and at least {1 + _carried}.");
        }
    }

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        long times = inputs.Optional(0)?.ToInt64() ?? long.MaxValue;
        bool goesOn = inputs.Optional(1)?.AsSpan<bool>()[0] ?? true;
        Tensor?[] carried = inputs[2.._inputs].ToArray();
        ScanOutputs scans = new(_scans, context);
        for (long i = 0; i < times && goesOn; i++)
        {
            Tensor[] results = _body.Run([Tensor.FromScalar(i), Tensor.FromScalar(goesOn), .. carried], inputs[_inputs..], context);
            goesOn = results[0].AsSpan<bool>()[0];
            carried = results[1..(1 + _carried)];
            scans.Add(results.AsSpan(1 + _carried));
        }

        return [.. carried, .. scans.Stack(_ => 0)];
    }
}
