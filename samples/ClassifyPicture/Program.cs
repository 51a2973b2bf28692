using System.Numerics.Tensors;
using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;

if (args is not [string model, string picture])
{
    Console.Error.WriteLine("usage: ClassifyPicture MODEL.eqm PICTURE");
    return 2;
}

using InferenceSession session = InferenceSession.Load(model);
using InferenceRequest request = session.CreateRequest();
TensorMetadata input = session.InputMetadata[0], output = session.OutputMetadata[0];
Preprocess preprocess = session.ModelMetadata.TryGetValue("easyquant.preprocess", out string? stored) ? PreprocessJson.FromText(stored, model) : PreprocessPresets.Imagenet;

// Channels, rows and columns, as the model declares them.
Shape shape = request.InputShape(input.Name);
preprocess.Apply(PictureFile.Read(picture), shape[1], shape[2], shape[3]).AsSpan<float>().CopyTo(request.Input(input.Name));
request.Run();

int best = TensorPrimitives.IndexOfMax(request.Output(output.Name));
Console.WriteLine($"class {best}, score {request.Output(output.Name)[best]:0.000}");
return 0;
