using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using Google.Protobuf.Collections;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes a message of a model.</summary>
/// <remarks>A field is set only where it differs: absent and present-but-empty are two things, and stay what they were.</remarks>
internal static class ModelWriter
{
    // Until this version every initializer had to be an input too.
    private const int LastIrVersionWithDeclaredInitializers = 3;

    /// <summary>The message of a model; what has not changed since it was read stays as it was.</summary>
    public static ModelProto Write(Model model, ExternalDataFile? external)
    {
        if (model.OpsetImports.Count == 0)
        {
            throw new InvalidModelException("the model imports no operator set, so its operators have no meaning. Set OpsetImports[\"\"].");
        }

        ModelProto proto = (model.Origin as ModelOrigin)?.Shell.Clone() ?? new ModelProto();
        WriteHead(model, proto);
        WriteOpsets(model, proto.OpsetImport);
        WriteMetadata(model, proto.MetadataProps);
        proto.Graph = GraphWriter.Write(model.Graph, null, external, model.IrVersion <= LastIrVersionWithDeclaredInitializers);
        proto.Functions.AddRange(model.Functions.Select(f => WriteFunction(f, proto.OpsetImport)));
        return proto;
    }

    private static void WriteHead(Model model, ModelProto proto)
    {
        if (proto.IrVersion != model.IrVersion)
        {
            proto.IrVersion = model.IrVersion;
        }

        if (proto.ProducerName != model.ProducerName)
        {
            proto.ProducerName = model.ProducerName;
        }

        if (proto.ProducerVersion != model.ProducerVersion)
        {
            proto.ProducerVersion = model.ProducerVersion;
        }

        if (proto.Domain != model.Domain)
        {
            proto.Domain = model.Domain;
        }

        if (proto.ModelVersion != model.Version)
        {
            proto.ModelVersion = model.Version;
        }

        if (proto.DocString != model.DocString)
        {
            proto.DocString = model.DocString;
        }
    }

    private static void WriteOpsets(Model model, RepeatedField<OperatorSetIdProto> opsets)
    {
        HashSet<string> read = [];
        foreach (OperatorSetIdProto opset in opsets.ToArray())
        {
            string domain = OperatorDomain.Normalize(opset.Domain);
            read.Add(domain);
            if (!model.OpsetImports.TryGetValue(domain, out long version))
            {
                opsets.Remove(opset);
            }
            else if (opset.Version != version)
            {
                opset.Version = version;
            }
        }

        opsets.AddRange(model.OpsetImports.Where(o => !read.Contains(o.Key)).Select(o => new OperatorSetIdProto { Domain = o.Key, Version = o.Value }));
    }

    private static void WriteMetadata(Model model, RepeatedField<StringStringEntryProto> entries)
    {
        HashSet<string> read = [];
        foreach (StringStringEntryProto entry in entries.ToArray())
        {
            // Of a repeated key the first counts.
            bool first = read.Add(entry.Key);
            if (!model.Metadata.TryGetValue(entry.Key, out string? value))
            {
                entries.Remove(entry);
            }
            else if (first && entry.Value != value)
            {
                entry.Value = value;
            }
        }

        entries.AddRange(model.Metadata.Where(m => !read.Contains(m.Key)).Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
    }

    private static FunctionProto WriteFunction(ModelFunction function, RepeatedField<OperatorSetIdProto> opsets)
    {
        FunctionProto proto = (function.Origin as FunctionOrigin)?.Shell.Clone() ?? new FunctionProto { OpsetImport = { opsets.Clone() } };
        if (proto.Name != function.Name)
        {
            proto.Name = function.Name;
        }

        if (OperatorDomain.Normalize(proto.Domain) != function.Domain)
        {
            proto.Domain = function.Domain;
        }

        if (proto.DocString != function.Body.DocString)
        {
            proto.DocString = function.Body.DocString;
        }

        GraphWriter.WriteFunctionBody(function.Body, proto);
        return proto;
    }
}
