using EasyQuant.Graphs;

namespace EasyQuant.Runtime.Prepared;

/// <summary>What a prepared model says around its graph, and the graph.</summary>
internal static class ModelStructure
{
    /// <exception cref="UnsupportedModelException">The model holds what a prepared one cannot.</exception>
    public static void Write(Model model, StructureWriter structure)
    {
        if (model.Functions.Count > 0)
        {
            throw new UnsupportedModelException($"the model defines operators of its own ('{model.Functions[0].Name}'), which prepared models do not hold.");
        }

        structure.Signed(model.IrVersion);
        structure.Signed(model.Version);
        structure.Text(model.ProducerName);
        structure.Text(model.ProducerVersion);
        structure.Text(model.Domain);
        structure.List(model.OpsetImports, o =>
        {
            structure.Text(o.Key);
            structure.Signed(o.Value);
        });
        structure.List(model.Metadata, m =>
        {
            structure.Text(m.Key);
            structure.Text(m.Value);
        });
        new GraphWriter(structure).Write(model.Graph);
    }

    /// <exception cref="InvalidModelException">It is no model.</exception>
    public static Model Read(StructureReader structure)
    {
        (long irVersion, long version) = (structure.Signed(), structure.Signed());
        (string producer, string producerVersion, string domain) = (structure.Text(), structure.Text(), structure.Text());
        (string Domain, long Version)[] opsets = structure.List(() => (structure.Text(), structure.Signed()));
        (string Key, string Text)[] metadata = structure.List(() => (structure.Text(), structure.Text()));
        Model model = new(new GraphReader(structure).Read())
        {
            IrVersion = irVersion,
            Version = version,
            ProducerName = producer,
            ProducerVersion = producerVersion,
            Domain = domain,
        };
        foreach ((string opsetDomain, long opset) in opsets)
        {
            model.OpsetImports[opsetDomain] = opset is > 0 and <= int.MaxValue ? opset : throw structure.Damaged($"version {opset} of domain '{opsetDomain}' is asked for");
        }

        foreach ((string key, string text) in metadata)
        {
            model.Metadata[key] = text;
        }

        return model;
    }
}
