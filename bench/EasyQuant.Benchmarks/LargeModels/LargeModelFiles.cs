using EasyQuant.Data.Arrays;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing.LargeModels;

namespace EasyQuant.Benchmarks.LargeModels;

/// <summary>The files that the large network is measured with.</summary>
/// <param name="Folder">Where they are.</param>
internal sealed record LargeModelFiles(string Folder)
{
    /// <summary>The float model.</summary>
    public string Model => this["large.onnx"];

    /// <summary>The samples, along the first axis.</summary>
    public string Samples => this["samples.npy"];

    /// <summary>One sample.</summary>
    public string Sample => this["sample.npy"];

    /// <summary>The model that a method made.</summary>
    public string Quantized(string method) => this[$"large.{method}.onnx"];

    /// <summary>The path of a file of that name.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Writes model and samples.</summary>
    /// <param name="gigabytes">10⁹ bytes of weights.</param>
    /// <param name="samples">How many samples.</param>
    public void Write(double gigabytes, int samples)
    {
        Directory.CreateDirectory(Folder);
        OnnxModelWriter.Write(LargeNetwork.Build((long)(gigabytes * 1e9)), Model);
        Random random = new(1);
        int[] extents = LargeNetwork.InputShape.ToArray();
        Write(Sample, extents);
        extents[0] = samples;
        Write(Samples, extents);

        void Write(string path, int[] extents)
        {
            Tensor tensor = Tensor.Allocate(DataType.Float32, new Shape(extents));
            foreach (ref float number in tensor.AsMutableSpan<float>())
            {
                number = 2 * random.NextSingle() - 1;
            }

            NpyFile.Write(path, tensor);
        }
    }
}
