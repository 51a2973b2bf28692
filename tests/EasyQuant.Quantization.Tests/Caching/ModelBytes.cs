using System.Security.Cryptography;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Testing;

namespace EasyQuant.Quantization.Tests.Caching;

/// <summary>What a model is as a file.</summary>
internal static class ModelBytes
{
    public static string Hash(Model model)
    {
        using TemporaryFolder folder = new();
        OnnxModelWriter.Write(model, folder["model.onnx"]);
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["model.onnx"])));
    }
}
