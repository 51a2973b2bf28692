using EasyQuant.Graphs;
using EasyQuant.Onnx.ExternalData;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;

namespace EasyQuant.Onnx.Reading;

/// <summary>Makes a model of a parsed message.</summary>
internal static class ModelReader
{
    /// <summary>The model; the message loses its lists and becomes the origin's shell.</summary>
    public static Model Read(ModelProto proto, ExternalDataFolder? folder)
    {
        if (proto.Graph is null)
        {
            throw new InvalidModelException("the file holds no graph; expected an ONNX model.");
        }

        TensorReader tensors = new(folder);
        Model model = new(GraphReader.Read(proto.Graph, tensors, null, "graph"))
        {
            IrVersion = proto.IrVersion,
            ProducerName = proto.ProducerName,
            ProducerVersion = proto.ProducerVersion,
            Domain = proto.Domain,
            Version = proto.ModelVersion,
            DocString = proto.DocString,
        };
        ReadOpsets(proto, model);
        foreach (StringStringEntryProto entry in proto.MetadataProps)
        {
            model.Metadata.TryAdd(entry.Key, entry.Value);
        }

        model.Functions.AddRange(proto.Functions.Select(f => GraphReader.ReadFunction(f, tensors)));
        proto.Graph = null;
        proto.Functions.Clear();
        model.Origin = new ModelOrigin(proto, folder);
        return model;
    }

    private static void ReadOpsets(ModelProto proto, Model model)
    {
        foreach (OperatorSetIdProto opset in proto.OpsetImport)
        {
            string domain = OperatorDomain.Normalize(opset.Domain);
            if (!model.OpsetImports.TryAdd(domain, opset.Version) && model.OpsetImports[domain] != opset.Version)
            {
                throw new InvalidModelException(
                    $"the model imports versions {model.OpsetImports[domain]} and {opset.Version} of operator set '{domain}'; expected one.");
            }
        }

        if (model.OpsetImports.TryGetValue("", out long version))
        {
            if (version < OnnxModelReader.MinimumOpset)
            {
                throw new UnsupportedModelException(
                    $"the model uses version {version} of the standard operator set, expected {OnnxModelReader.MinimumOpset} or newer. Export it with a newer opset.");
            }
        }
        else if (model.OpsetImports.Count == 0)
        {
            throw new InvalidModelException("the model imports no operator set (opset_import is empty); the file may be cut off.");
        }
    }
}
