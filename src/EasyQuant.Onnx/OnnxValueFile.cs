using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Reading;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx;

/// <summary>Reads values as ONNX's test data holds them: a tensor, a sequence or an optional a file. Which of them the file does not say; the model does.</summary>
public static class OnnxValueFile
{
    /// <summary>Reads a value.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">The value's declared type; where it is not known, a tensor.</param>
    /// <returns>A tensor, a sequence of tensors, or <see cref="Tensor.Absent"/> for an optional without a value.</returns>
    /// <exception cref="InvalidSampleException">There is no such file, or it holds another value; the message begins with the path.</exception>
    public static Tensor Read(string path, Graphs.ValueType? type) => type switch
    {
        SequenceValueType => DataFile.Read(path, SequenceProto.Parser, "sequence", s => Read(s, $"'{path}'")),
        OptionalValueType => DataFile.Read(path, OptionalProto.Parser, "optional", o => Read(o, $"'{path}'")),
        _ => OnnxTensorFile.Read(path),
    };

    private static Tensor Read(SequenceProto sequence, string what) => sequence.SparseTensorValues.Count > 0
        ? throw new InvalidModelException($"{what}: the sequence holds sparse tensors, which are not supported.")
        : Tensor.FromElements(
        [
            .. sequence.TensorValues.Select((t, i) => new TensorReader(null).Read(t, $"{what}: element {i}").Tensor),
            .. sequence.SequenceValues.Select(s => Read(s, what)),
            .. sequence.OptionalValues.Select(o => Read(o, what)),
        ]);

    private static Tensor Read(OptionalProto optional, string what) =>
        optional.SparseTensorValue is not null ? throw new InvalidModelException($"{what}: the optional holds a sparse tensor, which is not supported.")
        : optional.TensorValue is { } tensor ? new TensorReader(null).Read(tensor, what).Tensor
        : optional.SequenceValue is { } sequence ? Read(sequence, what)
        : optional.OptionalValue is { } inner ? Read(inner, what)
        : Tensor.Absent;
}
