using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>
/// Batch normalization at inference is affine in each channel: <c>y = γ·(x − μ)/√(σ² + ε) + β = a·x + c</c> with
/// <c>a = γ/√(σ² + ε)</c> and <c>c = β − a·μ</c>, kept here in double precision.
/// </summary>
internal sealed class BatchNormAffine
{
    private BatchNormAffine(double[] scale, double[] shift)
    {
        Scale = scale;
        Shift = shift;
    }

    /// <summary>The factor <c>a</c> of each channel.</summary>
    public double[] Scale { get; }

    /// <summary>The summand <c>c</c> of each channel.</summary>
    public double[] Shift { get; }

    /// <summary>The number of channels.</summary>
    public int Channels => Scale.Length;

    /// <summary>Reads the node's constants; where they cannot be folded, the reason is in the log.</summary>
    public static bool TryRead(Node node, int opset, GraphScope scope, RewriteLog log, out BatchNormAffine affine)
    {
        affine = new BatchNormAffine([], []);
        if (node.GetInt("training_mode", 0) != 0 || node.Outputs.Skip(1).Any(o => o is not null && (o.Uses.Count > 0 || scope.IsOutput(o))))
        {
            return log.Refuse(node, "it is in training mode: its mean and variance come from the batch");
        }

        if (opset < 9 && node.GetInt("spatial", 1) == 0)
        {
            return log.Refuse(node, "spatial = 0 normalizes every position on its own");
        }

        float[][] parameters = new float[4][];
        string[] names = ["scale", "bias", "mean", "variance"];
        for (int i = 0; i < 4; i++)
        {
            Value? value = node.InputOrDefault(i + 1);
            if (!scope.IsConstant(value))
            {
                return log.Refuse(node, $"its {names[i]} is not constant");
            }

            if (value!.Constant is not { Type: DataType.Float32, Shape.Rank: 1 } tensor)
            {
                return log.Refuse(node, $"its {names[i]} is {value.Constant}; only f32 vectors are folded");
            }

            parameters[i] = tensor.AsSpan<float>().ToArray();
        }

        int channels = parameters[0].Length;
        if (parameters.Any(p => p.Length != channels))
        {
            return log.Refuse(node, "its parameters have different lengths");
        }

        double epsilon = node.GetFloat("epsilon", 1e-5f);
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int i = 0; i < channels; i++)
        {
            scale[i] = parameters[0][i] / Math.Sqrt(parameters[3][i] + epsilon);
            shift[i] = parameters[1][i] - scale[i] * parameters[2][i];
            if (!double.IsFinite(scale[i]) || !double.IsFinite(shift[i]))
            {
                return log.Refuse(node, $"channel {i} has no finite factor: variance {parameters[3][i]}, epsilon {epsilon}");
            }
        }

        affine = new BatchNormAffine(scale, shift);
        return true;
    }
}
