using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Algorithms.ScaleSearch;

/// <summary>The search as the paper words it: every candidate on every segment, plain loops, nothing dropped.</summary>
internal static class ReferenceScaleSearch
{
    public static float[] Weights(LayerSegments segments, float inputScale, IntegerRange inputRange, ScaleTable scales, float[] startScales, EasyQuantPreset preset, ScaleObjective objective)
    {
        QuantizableLayer layer = segments.Layer;
        float[] chosen = new float[layer.Channels];
        for (int channel = 0; channel < layer.Channels; channel++)
        {
            (float best, double least) = (0, double.PositiveInfinity);
            foreach (float candidate in ScaleGrid.ForWeights(preset, startScales[channel], scales.RoundingScales(layer)[channel]))
            {
                sbyte[] row = new sbyte[layer.RowLength];
                ScaleTable.QuantizeRow(layer.Row(channel), candidate, scales.WeightRange(layer), row);
                double loss = ChannelLoss(segments, channel, row, inputScale, inputRange, objective);
                if (loss < least)
                {
                    (best, least) = (candidate, loss);
                }
            }

            chosen[channel] = best;
        }

        return chosen;
    }

    public static double LayerLoss(LayerSegments segments, float inputScale, IntegerRange inputRange, ScaleTable scales, ScaleObjective objective = ScaleObjective.Cosine)
    {
        QuantizableLayer layer = segments.Layer;
        sbyte[] rows = scales.QuantizeWeights(layer);
        (double loss, double noise, double power) = (0, 0, 0);
        for (int segment = 0; segment < segments.Count; segment++)
        {
            (double dot, double squares, double norm) = (0, 0, 0);
            for (int channel = 0; channel < layer.Channels; channel++)
            {
                double scale = scales.WeightScales(layer)[channel];
                (double d, double s) = Channel(segments, segment, channel, rows.AsSpan(channel * layer.RowLength, layer.RowLength).ToArray(), inputScale, inputRange);
                dot += scale * d;
                squares += scale * scale * s;
                norm += segments.TargetNorms[segment][channel] * segments.TargetNorms[segment][channel];
            }

            loss += CosineObjective.Loss(dot, squares, Math.Sqrt(norm));
            noise += norm - 2 * inputScale * dot + Math.Pow(inputScale, 2) * squares;
            power += norm;
        }

        return objective == ScaleObjective.Cosine ? loss / segments.Count : noise / power;
    }

    /// <summary><c>Σ (O − s_x · s · acc)²</c> of one channel over all segments.</summary>
    public static double SquaredError(LayerSegments segments, int channel, float inputScale, IntegerRange inputRange, ScaleTable scales, float scale)
    {
        QuantizableLayer layer = segments.Layer;
        sbyte[] row = scales.QuantizeWeights(layer)[(channel * layer.RowLength)..((channel + 1) * layer.RowLength)];
        double error = 0;
        for (int segment = 0; segment < segments.Count; segment++)
        {
            (double dot, double squares) = Channel(segments, segment, channel, row, inputScale, inputRange);
            double step = (double)inputScale * scale;
            error += Math.Pow(segments.TargetNorms[segment][channel], 2) - 2 * step * dot + step * step * squares;
        }

        return error;
    }

    /// <summary>The mean of <c>1 − cos</c> of one channel over all segments.</summary>
    public static double ChannelLoss(LayerSegments segments, int channel, float inputScale, IntegerRange inputRange, ScaleTable scales)
    {
        QuantizableLayer layer = segments.Layer;
        sbyte[] row = scales.QuantizeWeights(layer)[(channel * layer.RowLength)..((channel + 1) * layer.RowLength)];
        return ChannelLoss(segments, channel, row, inputScale, inputRange, ScaleObjective.Cosine);
    }

    // Against noise the integers' magnitude is free: the best of them is where the error's derivative is zero.
    private static double ChannelLoss(LayerSegments segments, int channel, sbyte[] row, float inputScale, IntegerRange inputRange, ScaleObjective objective)
    {
        (double Dot, double Squares)[] all = [.. Enumerable.Range(0, segments.Count).Select(s => Channel(segments, s, channel, row, inputScale, inputRange))];
        double[] norms = [.. segments.TargetNorms.Select(n => n[channel])];
        if (objective == ScaleObjective.Cosine)
        {
            return all.Select((s, i) => CosineObjective.Loss(s.Dot, s.Squares, norms[i])).Average();
        }

        double step = Math.Max(0, all.Sum(s => s.Dot) / all.Sum(s => s.Squares));
        return all.Select((s, i) => norms[i] * norms[i] - 2 * step * s.Dot + step * step * s.Squares).Sum() / norms.Sum(n => n * n);
    }

    private static (double Dot, double Squares) Channel(LayerSegments segments, int segment, int channel, sbyte[] row, float inputScale, IntegerRange range)
    {
        float[] input = segments.ReadInput(segment).ToArray();
        ReadOnlySpan<float> target = segments.ReadTarget(segment).Span.Slice(channel * segments.Positions(segment), segments.Positions(segment));
        (double dot, double squares) = (0, 0);
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, inputScale, DataType.UInt8);
        int group = channel / segments.Layer.ChannelsPerGroup;
        (int offset, int position) = (0, 0);
        foreach (PatchGeometry g in segments.Geometries(segment))
        {
            for (int p = 0; p < g.Positions; p++)
            {
                long sum = 0;
                for (int k = 0; k < row.Length; k++)
                {
                    if (InputIndex(g, group, p, k) is { } index)
                    {
                        sum += row[k] * (parameters.Quantize(input[offset + index]) - parameters.ZeroPoint);
                    }
                }

                dot += (double)sum * target[position++];
                squares += (double)sum * sum;
            }

            offset += g.InputLength;
        }

        return (dot, squares);
    }

    // Which element of the image the k-th weight meets at output position p; nothing in the padding.
    private static int? InputIndex(PatchGeometry g, int group, int p, int k)
    {
        if (g.IsMatrix)
        {
            return p * g.Channels + k;
        }

        int channel = group * (g.Channels / g.Groups) + k / (g.KernelHeight * g.KernelWidth);
        int y = p / g.OutputWidth * g.StrideY - g.PadTop + k / g.KernelWidth % g.KernelHeight * g.DilationY;
        int x = p % g.OutputWidth * g.StrideX - g.PadLeft + k % g.KernelWidth * g.DilationX;
        return y >= 0 && y < g.Height && x >= 0 && x < g.Width ? (channel * g.Height + y) * g.Width + x : null;
    }
}
