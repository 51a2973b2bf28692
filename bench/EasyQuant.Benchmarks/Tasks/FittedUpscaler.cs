using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>
/// Makes an upscaler that is worth measuring of the asset, whose weights are PyTorch's initial ones, uniform within <c>±1/√fan-in</c>: it was never trained.
/// The layers before the last stay random features, but each channel also hands on one pixel; the last layer is fitted in closed form.
/// </summary>
/// <remarks>
/// Ridge regression of the original's pixels on the features <c>f</c> around each position: <c>W = argmin Σ |W f − y|² + λ |W|²</c>, so
/// <c>W = (Σ y fᵀ)(Σ f fᵀ + λ I)⁻¹</c>. The output channels are the <c>factor²</c> pixels that DepthToSpace puts in a position's place.
/// </remarks>
internal static class FittedUpscaler
{
    // Every position has hundreds of neighbours like it; a part of them says the same.
    private const int Step = 7;

    // Of the features' mean power: small weights survive rounding, and the fit hardly suffers.
    private const double Ridge = 1e-5;

    /// <summary>Replaces weights and bias of the model's last convolution.</summary>
    public static void Fit(Model model, ITruthSource<UpscaleTruth> pictures, IReadOnlyList<int> indices, int factor)
    {
        Node[] convolutions = [.. model.Graph.Nodes.Where(n => n.Is("Conv"))];
        Array.ForEach(convolutions[..^1], AddPaths);
        Node last = convolutions[^1];
        (Value weights, Value bias) = (last.Inputs[1]!, last.Inputs[2]!);
        (int outputs, int channels, int kernel) = (weights.Constant!.Shape[0], weights.Constant.Shape[1], weights.Constant.Shape[2]);
        LinearFit fit = new(channels * kernel * kernel + 1, outputs);
        using EvaluatedModel features = new("features", Truncated(model, last.Inputs[0]!.Name));
        foreach (int index in indices)
        {
            SampleWithTruth<UpscaleTruth> picture = pictures.Read(index);
            Tensor maps = features.Run(picture.Sample.Name, picture.Sample.Inputs, CancellationToken.None);
            Collect(fit, maps, picture.Truth.Original, kernel, factor);
        }

        double[,] solution = fit.Solve(Ridge);
        float[] fitted = new float[weights.Constant.Count];
        float[] constants = new float[outputs];
        int length = fitted.Length / outputs;
        for (int o = 0; o < outputs; o++)
        {
            constants[o] = (float)solution[length, o];
            for (int i = 0; i < length; i++)
            {
                fitted[o * length + i] = (float)solution[i, o];
            }
        }

        weights.Constant = Tensor.From(fitted, weights.Constant.Shape);
        bias.Constant = Tensor.From(constants, bias.Constant!.Shape);
    }

    // One weight of each output channel becomes 1: of the first layer one pixel of the window after the other, of later ones the channel of the same number.
    private static void AddPaths(Node convolution)
    {
        Value weights = convolution.Inputs[1]!;
        Shape shape = weights.Constant!.Shape;
        float[] changed = weights.Constant.AsSpan<float>().ToArray();
        int window = shape[2] * shape[3];
        for (int o = 0; o < shape[0]; o++)
        {
            int channel = shape[1] == 1 ? 0 : o % shape[1];
            int place = shape[1] == 1 ? o % window : window / 2;
            changed[(o * shape[1] + channel) * window + place] += 1;
        }

        weights.Constant = Tensor.From(changed, shape);
    }

    private static void Collect(LinearFit fit, Tensor maps, Tensor original, int kernel, int factor)
    {
        (int channels, int height, int width) = (maps.Shape[1], maps.Shape[2], maps.Shape[3]);
        ReadOnlySpan<float> values = maps.AsSpan<float>();
        ReadOnlySpan<float> levels = original.AsSpan<float>();
        double[] row = new double[channels * kernel * kernel + 1];
        double[] targets = new double[factor * factor];
        row[^1] = 1;
        int margin = kernel / 2;
        int inner = width - 2 * margin;
        for (int p = 0; p < inner * (height - 2 * margin); p += Step)
        {
            (int y, int x) = (p / inner, p % inner);
            int i = 0;
            for (int c = 0; c < channels; c++)
            {
                for (int k = 0; k < kernel * kernel; k++)
                {
                    row[i++] = values[(c * height + y + k / kernel) * width + x + k % kernel];
                }
            }

            for (int t = 0; t < targets.Length; t++)
            {
                targets[t] = levels[((y + margin) * factor + t / factor) * width * factor + (x + margin) * factor + t % factor] / 255;
            }

            fit.Add(row, targets);
        }
    }

    // The model up to a value, for pictures of every size.
    private static Model Truncated(Model model, string output)
    {
        Model copy = OpenExtents.Of(model);
        Value end = copy.Graph.Nodes.SelectMany(n => n.Outputs).First(o => o?.Name == output)!;
        end.Type = new TensorValueType(DataType.Float32, null);
        copy.Graph.Outputs.Clear();
        copy.Graph.Outputs.Add(end);
        int kept = copy.Graph.Nodes.ToList().IndexOf(end.Producer!) + 1;
        foreach (Node node in copy.Graph.Nodes.Skip(kept).Reverse().ToArray())
        {
            copy.Graph.Remove(node);
        }

        return copy;
    }
}
