using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Caching;

/// <summary>Everything of a model that what it computes and how it is planned can depend on: not its documentation, not its metadata.</summary>
internal sealed class ModelFingerprint
{
    private readonly CacheHash _hash;

    private ModelFingerprint(CacheHash hash) => _hash = hash;

    /// <summary>Adds the model, tensors in external files included.</summary>
    /// <exception cref="InvalidModelException">The model has a part of a kind whose contents are not known.</exception>
    public static void Add(CacheHash hash, Model model)
    {
        ModelFingerprint fingerprint = new(hash);
        hash.Add(model.IrVersion);
        hash.AddAll(model.OpsetImports, o =>
        {
            hash.Add(o.Key);
            hash.Add(o.Value);
        });
        fingerprint.Add(model.Graph);
        hash.AddAll(model.Functions, f =>
        {
            hash.Add(f.Domain);
            hash.Add(f.Name);
            fingerprint.Add(f.Body);
        });
    }

    private void Add(Graph graph)
    {
        _hash.AddAll(graph.Inputs, Declare);
        _hash.AddAll(graph.Initializers, Declare);
        _hash.AddAll([.. graph.Nodes], Add);
        _hash.AddAll(graph.Outputs, Declare);
    }

    private void Add(Node node)
    {
        _hash.Add(node.Domain);
        _hash.Add(node.OpType);
        _hash.Add(node.Name);
        _hash.AddAll(node.Inputs, v => _hash.Add(v?.Name));
        _hash.AddAll(node.Inputs, v => Add(v?.Constant));
        _hash.AddAll(node.Outputs, v => _hash.Add(v?.Name));
        _hash.AddAll(node.Attributes, a =>
        {
            _hash.Add(a.Key);
            _hash.Add(a.Value.GetType().Name);
            Add(node, a.Value);
        });
    }

    private void Declare(Value value)
    {
        _hash.Add(value.Name);
        _hash.Add(value.Type?.ToString());
        Add(value.Constant);
    }

    private void Add(Node node, AttributeValue attribute)
    {
        switch (attribute)
        {
            case IntAttribute value:
                _hash.Add(value.Value);
                break;
            case FloatAttribute value:
                _hash.Add([value.Value]);
                break;
            case StringAttribute value:
                _hash.Add(value.Value);
                break;
            case IntsAttribute values:
                _hash.AddAll(values.Values, _hash.Add);
                break;
            case FloatsAttribute values:
                _hash.Add([.. values.Values]);
                break;
            case StringsAttribute values:
                _hash.AddAll(values.Values, _hash.Add);
                break;
            case TensorAttribute value:
                Add(value.Value);
                break;
            case GraphAttribute value:
                Add(value.Value);
                break;
            case GraphsAttribute values:
                _hash.AddAll(values.Values, Add);
                break;
            case TypeAttribute value:
                _hash.Add(value.Value.ToString());
                break;
            default:
                throw new InvalidModelException($"{node.Label}: an attribute has contents that are not understood ({attribute}), so nothing can be remembered of this model. Leave --cache out.");
        }
    }

    private void Add(Tensor? tensor)
    {
        if (tensor is null)
        {
            _hash.Add(-1);
            return;
        }

        _hash.Add((long)tensor.Type);
        _hash.Add(tensor.Shape.ToString());
        if (tensor.Elements is { } elements)
        {
            _hash.AddAll(elements, Add);
        }
        else if (tensor.Type == DataType.String)
        {
            _hash.AddAll(tensor.Strings, _hash.Add);
        }
        else
        {
            _hash.Add(tensor.Bytes.Span);
        }
    }
}
