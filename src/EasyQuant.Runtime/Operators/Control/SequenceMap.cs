using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Control;

/// <summary>SequenceMap: a body applied to each tensor of a sequence; further sequences give it their tensor at the same position, tensors are given as they are.</summary>
internal sealed class SequenceMap : IOperator
{
    private readonly NestedGraph _body;
    private readonly int _inputs;

    public SequenceMap(OperatorSite site)
    {
        _body = new NestedGraph(site, "body");
        _inputs = site.Node.Inputs.Count;
        if (_body.InputCount != _inputs)
        {
            throw new InvalidModelException($"{site.Node.Label}: the body takes {_body.InputCount} values, expected {_inputs}.");
        }
    }

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        int length = inputs.RequiredElements(0).Count;
        List<Tensor>[] outputs = [.. Enumerable.Range(0, _body.OutputCount).Select(_ => new List<Tensor>())];
        for (int i = 0; i < length; i++)
        {
            Tensor?[] values = inputs[.._inputs].ToArray();
            for (int k = 0; k < values.Length; k++)
            {
                if (values[k]?.Elements is { } elements)
                {
                    values[k] = i < elements.Count
                        ? elements[i]
                        : throw new InvalidOperatorInputException($"The sequences have {length} and {elements.Count} elements, expected the same number.");
                }
            }

            Tensor[] results = _body.Run(values, inputs[_inputs..], context);
            for (int k = 0; k < results.Length; k++)
            {
                context.Buffers?.Hold(results[k]);
                outputs[k].Add(results[k]);
            }
        }

        foreach (Tensor held in outputs.SelectMany(o => o))
        {
            context.Buffers?.Relinquish(held);
        }

        return Array.ConvertAll(outputs, Tensor.FromElements);
    }
}
