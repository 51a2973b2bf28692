using System.Numerics;
using EasyQuant.Data.Images;

namespace EasyQuant.Data.Preprocessing;

/// <summary>
/// Resizes pictures as Pillow's <c>Image.resize</c> does, to the same bytes: across the rows first, then down the columns,
/// with 8 bits between. Only the window that will be kept is calculated.
/// </summary>
internal static class PictureResizer
{
    /// <summary>The part <paramref name="window"/> of the picture resized to <paramref name="width"/> x <paramref name="height"/>.</summary>
    /// <exception cref="InvalidSampleException">What lies between the two steps would exceed 2 GiB.</exception>
    public static Picture Resize(Picture picture, int width, int height, PixelWindow window, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return Pick(picture, width, height, window);
        }

        int channels = picture.Channels;
        ResampleWindows? rows = height == picture.Height ? null : ResampleWindows.Create(picture.Height, height, window.Top, window.Height, interpolation);
        int firstRow = rows?.First ?? window.Top;
        int rowCount = (rows?.End ?? window.Top + window.Height) - firstRow;
        if ((long)rowCount * window.Width * channels > Array.MaxLength)
        {
            throw new InvalidSampleException($"Picture '{picture.Name}' of {picture.Width}x{picture.Height} is too large to be resized to {width}x{height}. Scale it down.");
        }

        byte[] narrowed = AcrossRows(picture, width, window, firstRow, rowCount, interpolation);
        byte[] samples = rows is null ? narrowed : DownColumns(narrowed, window.Width * channels, firstRow, rows, window.Height);
        return new Picture(picture.Name, window.Width, window.Height, channels, samples);
    }

    private static byte[] AcrossRows(Picture picture, int width, PixelWindow window, int firstRow, int rowCount, Interpolation interpolation)
    {
        int channels = picture.Channels;
        int sourceStride = picture.Width * channels;
        int targetStride = window.Width * channels;
        byte[] result = new byte[rowCount * targetStride];
        ResampleWindows? columns = width == picture.Width ? null : ResampleWindows.Create(picture.Width, width, window.Left, window.Width, interpolation);
        for (int y = 0; y < rowCount; y++)
        {
            ReadOnlySpan<byte> source = picture.Samples.AsSpan((firstRow + y) * sourceStride, sourceStride);
            Span<byte> target = result.AsSpan(y * targetStride, targetStride);
            if (columns is null)
            {
                source.Slice(window.Left * channels, targetStride).CopyTo(target);
            }
            else if (channels == 3)
            {
                ReduceColors(source, target, columns);
            }
            else
            {
                ReduceGreys(source, target, columns);
            }
        }

        return result;
    }

    private static void ReduceColors(ReadOnlySpan<byte> source, Span<byte> target, ResampleWindows columns)
    {
        for (int x = 0; x < target.Length / 3; x++)
        {
            ReadOnlySpan<int> weights = columns.Weights(x);
            ReadOnlySpan<byte> pixels = source.Slice(3 * columns.Start(x), 3 * weights.Length);
            int red = ResampleWindows.Half;
            int green = ResampleWindows.Half;
            int blue = ResampleWindows.Half;
            for (int j = 0; j < weights.Length; j++)
            {
                int weight = weights[j];
                red += weight * pixels[3 * j];
                green += weight * pixels[3 * j + 1];
                blue += weight * pixels[3 * j + 2];
            }

            target[3 * x] = ResampleWindows.ToSample(red);
            target[3 * x + 1] = ResampleWindows.ToSample(green);
            target[3 * x + 2] = ResampleWindows.ToSample(blue);
        }
    }

    private static void ReduceGreys(ReadOnlySpan<byte> source, Span<byte> target, ResampleWindows columns)
    {
        for (int x = 0; x < target.Length; x++)
        {
            ReadOnlySpan<int> weights = columns.Weights(x);
            ReadOnlySpan<byte> pixels = source.Slice(columns.Start(x), weights.Length);
            int sum = ResampleWindows.Half;
            for (int j = 0; j < weights.Length; j++)
            {
                sum += weights[j] * pixels[j];
            }

            target[x] = ResampleWindows.ToSample(sum);
        }
    }

    private static byte[] DownColumns(byte[] source, int stride, int firstRow, ResampleWindows rows, int height)
    {
        byte[] result = new byte[height * stride];
        int[] sums = new int[stride];
        for (int y = 0; y < height; y++)
        {
            Array.Fill(sums, ResampleWindows.Half);
            ReadOnlySpan<int> weights = rows.Weights(y);
            for (int j = 0; j < weights.Length; j++)
            {
                AddWeighted(source.AsSpan((rows.Start(y) - firstRow + j) * stride, stride), weights[j], sums);
            }

            Span<byte> target = result.AsSpan(y * stride, stride);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = ResampleWindows.ToSample(sums[x]);
            }
        }

        return result;
    }

    // sums[x] += weight · row[x]
    private static void AddWeighted(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        int x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> a, out Vector<uint> b);
            Vector.Widen(high, out Vector<uint> c, out Vector<uint> d);
            Accumulate(a, weight, sums[x..]);
            Accumulate(b, weight, sums[(x + Vector<int>.Count)..]);
            Accumulate(c, weight, sums[(x + 2 * Vector<int>.Count)..]);
            Accumulate(d, weight, sums[(x + 3 * Vector<int>.Count)..]);
        }

        for (; x < row.Length; x++)
        {
            sums[x] += weight * row[x];
        }
    }

    private static void Accumulate(Vector<uint> samples, int weight, Span<int> sums) =>
        (new Vector<int>(sums) + Vector.AsVectorInt32(samples) * weight).CopyTo(sums);

    private static Picture Pick(Picture picture, int width, int height, PixelWindow window)
    {
        int[] columns = Positions(picture.Width, width, window.Left, window.Width);
        int[] rows = Positions(picture.Height, height, window.Top, window.Height);
        int channels = picture.Channels;
        byte[] samples = new byte[window.Width * window.Height * channels];
        int d = 0;
        foreach (int y in rows)
        {
            foreach (int x in columns)
            {
                picture.Samples.AsSpan((y * picture.Width + x) * channels, channels).CopyTo(samples.AsSpan(d));
                d += channels;
            }
        }

        return new Picture(picture.Name, window.Width, window.Height, channels, samples);
    }

    // floor((i + 1/2) · in / out), where the position is summed up step by step as Pillow does: the roundings are part of the result.
    private static int[] Positions(int inputLength, int outputLength, int first, int count)
    {
        double step = (double)inputLength / outputLength;
        double position = step * 0.5;
        int[] positions = new int[count];
        for (int i = 0; i < first + count; i++, position += step)
        {
            if (i >= first)
            {
                positions[i - first] = Math.Min((int)position, inputLength - 1);
            }
        }

        return positions;
    }
}
