namespace EasyQuant.Graphs;

/// <summary>Copies models, so that a rewrite leaves the caller's own untouched. Tensors are shared: they never change.</summary>
public static class ModelCloner
{
    /// <summary>A model with nodes and values of its own.</summary>
    public static Model Clone(this Model model)
    {
        Model copy = new(CloneGraph(model.Graph, []))
        {
            IrVersion = model.IrVersion,
            ProducerName = model.ProducerName,
            ProducerVersion = model.ProducerVersion,
            Domain = model.Domain,
            Version = model.Version,
            DocString = model.DocString,
            Origin = model.Origin,
        };
        foreach ((string domain, long version) in model.OpsetImports)
        {
            copy.OpsetImports[domain] = version;
        }

        foreach ((string key, string value) in model.Metadata)
        {
            copy.Metadata[key] = value;
        }

        copy.Functions.AddRange(model.Functions.Select(f => f with { Body = CloneGraph(f.Body, []) }));
        return copy;
    }

    // Values of the graphs around a nested graph are found in `map`, which every level extends.
    private static Graph CloneGraph(Graph graph, Dictionary<Value, Value> map)
    {
        Graph copy = new(graph.Name) { DocString = graph.DocString, Origin = graph.Origin };
        copy.Inputs.AddRange(graph.Inputs.Select(v => CloneValue(v, map)));
        copy.Initializers.AddRange(graph.Initializers.Select(v => CloneValue(v, map)));
        foreach (Node node in graph.Nodes)
        {
            Node clone = new(
                node.OpType,
                node.Inputs.Select(v => v is null ? null : CloneValue(v, map)),
                node.Outputs.Select(v => v is null ? null : CloneValue(v, map)),
                node.Name,
                node.Domain)
            {
                DocString = node.DocString,
                Origin = node.Origin,
            };
            foreach ((string name, AttributeValue attribute) in node.Attributes)
            {
                clone.Attributes[name] = attribute switch
                {
                    GraphAttribute nested => new GraphAttribute(CloneGraph(nested.Value, map)),
                    GraphsAttribute nested => new GraphsAttribute([.. nested.Values.Select(g => CloneGraph(g, map))]),
                    _ => attribute,
                };
            }

            copy.Add(clone);
        }

        copy.Outputs.AddRange(graph.Outputs.Select(v => CloneValue(v, map)));
        return copy;
    }

    private static Value CloneValue(Value value, Dictionary<Value, Value> map)
    {
        if (!map.TryGetValue(value, out Value? copy))
        {
            copy = new Value(value.Name, value.Type) { Constant = value.Constant, DocString = value.DocString, Origin = value.Origin };
            map.Add(value, copy);
        }

        return copy;
    }
}
