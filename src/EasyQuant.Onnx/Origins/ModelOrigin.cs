using EasyQuant.Onnx.ExternalData;
using EasyQuant.Onnx.Format;

namespace EasyQuant.Onnx.Origins;

/// <summary>The model as it was read, without what <see cref="Graphs.Model"/> holds: training, devices, unknown fields.</summary>
/// <param name="Shell">The message without its graph and its functions.</param>
/// <param name="Folder">The mapped data files; kept so that they live as long as the model.</param>
internal sealed record ModelOrigin(ModelProto Shell, ExternalDataFolder? Folder);

/// <summary>A function as it was read, without its body.</summary>
internal sealed record FunctionOrigin(FunctionProto Shell);
