using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>
/// Of one group of a layer, over all positions p of all samples: <c>G = Σ_p a_p a_pᵀ</c> of its rounded inputs, <c>m = Σ_p a_p</c>, and
/// for each output channel <c>b_c = Σ_p a_p o_p,c</c> and <c>t_c = Σ_p o_p,c</c> of its float outputs o.
/// </summary>
/// <remarks>Inputs are integers less their zero point. G and m are exact; b and t are summed in a fixed order.</remarks>
internal sealed class LayerMoments
{
    // Position by position, planes and matrices of so many bytes are held at a time.
    private const long BudgetBytes = 256L << 20;

    // Longer rows of planes are cut, since the products' sums have 32 bits.
    private const int MostPositions = 16384;

    private LayerMoments(int rowLength, int channels)
    {
        Gram = [.. Enumerable.Range(0, rowLength).Select(_ => new double[rowLength])];
        Sums = new double[rowLength];
        Projections = [.. Enumerable.Range(0, channels).Select(_ => new double[rowLength])];
        TargetSums = new double[channels];
    }

    /// <summary>G, row by row.</summary>
    public double[][] Gram { get; }

    /// <summary>m.</summary>
    public double[] Sums { get; }

    /// <summary>b of each channel of the group.</summary>
    public double[][] Projections { get; }

    /// <summary>t of each channel of the group.</summary>
    public double[] TargetSums { get; }

    /// <summary>How many positions.</summary>
    public double Count { get; private set; }

    /// <summary>Gathers the moments of each group.</summary>
    public static LayerMoments[] Collect(LayerSegments segments, float inputScale, IntegerRange range, CancellationToken cancellationToken)
    {
        QuantizableLayer layer = segments.Layer;
        LayerMoments[] moments = [.. Enumerable.Range(0, layer.Groups).Select(_ => new LayerMoments(layer.RowLength, layer.ChannelsPerGroup))];
        long bytesOfOne = Enumerable.Range(0, segments.Count).Max(s => (long)segments.Positions(s) * layer.RowLength) + 12L * layer.RowLength * layer.RowLength;
        int atOnce = (int)Math.Clamp(BudgetBytes / bytesOfOne, 1, 8L * segments.Workers.Threads);
        for (int first = 0; first < segments.Count; first += atOnce)
        {
            int start = first;
            byte[][] inputs = new byte[Math.Min(atOnce, segments.Count - first)][];
            segments.Workers.For(inputs.Length, i => inputs[i] = PatchPlanes.Quantize(segments.ReadInput(start + i).Span, inputScale, range));
            for (int group = 0; group < moments.Length; group++)
            {
                moments[group].Add(segments, first, inputs, group, range, cancellationToken);
            }
        }

        return moments;
    }

    private void Add(LayerSegments segments, int first, byte[][] inputs, int group, IntegerRange range, CancellationToken cancellationToken)
    {
        int count = inputs.Length;
        int zeroPoint = range.ZeroByte;
        int rowLength = Sums.Length;
        byte[][] planes = new byte[count][];
        GramMatrix[][] grams = new GramMatrix[count][];
        segments.Workers.For(count, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            planes[i] = PlanesOf(segments, first + i, inputs[i], group, range);
            int positions = segments.Positions(first + i);
            grams[i] = [.. Cuts(positions).Select(c => GramMatrix.Of(IntegerProductKernels.Best, Cut(planes[i], rowLength, positions, c.Start, c.Length), rowLength, c.Length, zeroPoint))];
        });
        segments.Workers.For(rowLength, k =>
        {
            for (int i = 0; i < count; i++)
            {
                foreach (GramMatrix gram in grams[i])
                {
                    for (int l = 0; l < rowLength; l++)
                    {
                        Gram[k][l] += gram[k, l];
                    }
                }

                int positions = segments.Positions(first + i);
                long sum = 0;
                foreach (byte element in planes[i].AsSpan(k * positions, positions))
                {
                    sum += element;
                }

                Sums[k] += sum - (long)zeroPoint * positions;
            }
        });
        int channels = TargetSums.Length;
        segments.Workers.For(channels, channel =>
        {
            double[] projection = new double[rowLength];
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int positions = segments.Positions(first + i);
                ReadOnlySpan<float> target = segments.ReadTarget(first + i).Span.Slice((group * channels + channel) * positions, positions);
                GramMatrix.Project(planes[i], rowLength, positions, zeroPoint, target, projection);
                for (int k = 0; k < rowLength; k++)
                {
                    Projections[channel][k] += projection[k];
                }

                foreach (float element in target)
                {
                    TargetSums[channel] += element;
                }
            }
        });
        Count += Enumerable.Range(first, count).Sum(s => (long)segments.Positions(s));
    }

    // [k][position], the parts of the segment side by side.
    private static byte[] PlanesOf(LayerSegments segments, int segment, byte[] quantized, int group, IntegerRange range)
    {
        int positions = segments.Positions(segment);
        int rowLength = segments.Layer.RowLength;
        byte[] planes = new byte[rowLength * positions];
        (int read, int written) = (0, 0);
        foreach (PatchGeometry geometry in segments.Geometries(segment))
        {
            ReadOnlySpan<byte> image = quantized.AsSpan(read, geometry.InputLength);
            byte[] part = new byte[rowLength * geometry.Positions];
            if (geometry.IsMatrix)
            {
                Transpose(image, rowLength, part);
            }
            else
            {
                PatchPlanes.Build(image, geometry, group, range, part);
            }

            for (int k = 0; k < rowLength; k++)
            {
                part.AsSpan(k * geometry.Positions, geometry.Positions).CopyTo(planes.AsSpan(k * positions + written));
            }

            read += geometry.InputLength;
            written += geometry.Positions;
        }

        return planes;
    }

    private static void Transpose(ReadOnlySpan<byte> rows, int rowLength, Span<byte> columns)
    {
        int count = rows.Length / rowLength;
        for (int p = 0; p < count; p++)
        {
            for (int k = 0; k < rowLength; k++)
            {
                columns[k * count + p] = rows[p * rowLength + k];
            }
        }
    }

    private static IEnumerable<(int Start, int Length)> Cuts(int positions)
    {
        for (int start = 0; start < positions; start += MostPositions)
        {
            yield return (start, Math.Min(MostPositions, positions - start));
        }
    }

    private static byte[] Cut(byte[] planes, int rowLength, int positions, int start, int length)
    {
        if (length == positions)
        {
            return planes;
        }

        byte[] cut = new byte[rowLength * length];
        for (int k = 0; k < rowLength; k++)
        {
            planes.AsSpan(k * positions + start, length).CopyTo(cut.AsSpan(k * length));
        }

        return cut;
    }
}
