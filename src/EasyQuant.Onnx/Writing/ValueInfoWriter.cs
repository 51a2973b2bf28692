using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes declarations of values.</summary>
internal static class ValueInfoWriter
{
    /// <summary>The declaration of a value: as it was read, but for what has changed since.</summary>
    public static ValueInfoProto Write(Value value, ValueInfoProto? read)
    {
        ValueOrigin? origin = read is null ? null : value.Origin as ValueOrigin;
        ValueInfoProto proto = read?.Clone() ?? new ValueInfoProto();
        if (proto.Name != value.Name)
        {
            proto.Name = value.Name;
        }

        if (origin is null || !ReferenceEquals(value.Type, origin.Type))
        {
            proto.Type = value.Type is null ? null : TypeWriter.Write(value.Type);
        }

        if (value.DocString != (origin?.DocString ?? ""))
        {
            proto.DocString = value.DocString;
        }

        return proto;
    }
}
