using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Indexing;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Detection;

/// <summary>RoiAlign: regions of a picture brought to one size; each cell is the mean, or the largest, of bilinear samples in it.</summary>
/// <remarks>In mode max the largest of the samples' weighted corners counts, as in the definition's reference.</remarks>
internal sealed class RoiAlign(OperatorSite site) : SingleOutputOperator
{
    private const int MostSamples = 256;

    private readonly bool _takesLargest = site.Node.GetString("mode", "avg") switch
    {
        "avg" => false,
        "max" => true,
        string other => throw site.Unsupported($"mode '{other}'"),
    };

    private readonly bool _isHalfPixel = site.Node.GetString("coordinate_transformation_mode", site.Opset < 16 ? "output_half_pixel" : "half_pixel") == "half_pixel";
    private readonly int _height = checked((int)site.Node.GetInt("output_height", 1));
    private readonly int _width = checked((int)site.Node.GetInt("output_width", 1));
    private readonly int _samples = site.Node.GetInt("sampling_ratio", 0) is >= 0 and <= MostSamples
        ? (int)site.Node.GetInt("sampling_ratio", 0)
        : throw site.Unsupported($"sampling_ratio {site.Node.GetInt("sampling_ratio", 0)}, expected 0 to {MostSamples}");

    private readonly float _scale = site.Node.GetFloat("spatial_scale", 1);

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        (int batch, int channels, int height, int width) = Images.Extents(x);
        double[] picture = Reals.Of(x);
        double[] regions = Reals.Of(inputs.Required(1));
        int[] entries = Indices.Along(inputs.Required(2), batch);
        if (regions.Length != 4 * entries.Length || _height < 1 || _width < 1 || height < 1 || width < 1)
        {
            throw new InvalidOperatorInputException($"Regions {inputs.Required(1)} and their pictures {inputs.Required(2)} do not fit, expected 4 numbers for each.");
        }

        Shape shape = [entries.Length, channels, _height, _width];
        double[] y = Reals.Zeros(shape);
        double shift = _isHalfPixel ? 0.5 : 0;
        for (int r = 0; r < entries.Length; r++)
        {
            double left = regions[4 * r] * _scale - shift;
            double top = regions[4 * r + 1] * _scale - shift;
            double regionWidth = regions[4 * r + 2] * _scale - shift - left;
            double regionHeight = regions[4 * r + 3] * _scale - shift - top;
            if (!_isHalfPixel)
            {
                // Regions without extent are one pixel wide.
                regionWidth = Math.Max(regionWidth, 1);
                regionHeight = Math.Max(regionHeight, 1);
            }

            List<Sample>[] rows = Samples(top, regionHeight, _height, height);
            List<Sample>[] columns = Samples(left, regionWidth, _width, width);
            for (int i = 0; i < channels * _height * _width; i++)
            {
                int channel = i / (_height * _width);
                ReadOnlySpan<double> plane = picture.AsSpan((entries[r] * channels + channel) * height * width, height * width);
                y[r * channels * _height * _width + i] = Cell(plane, width, rows[i / _width % _height], columns[i % _width]);
            }
        }

        return Reals.Make(y, shape, x.Type, context);
    }

    private double Cell(ReadOnlySpan<double> plane, int width, List<Sample> rows, List<Sample> columns)
    {
        double sum = 0;
        double largest = double.NegativeInfinity;
        foreach (Sample row in rows)
        {
            foreach (Sample column in columns)
            {
                double a = (1 - row.Fraction) * (1 - column.Fraction) * plane[row.Below * width + column.Below];
                double b = (1 - row.Fraction) * column.Fraction * plane[row.Below * width + column.Above];
                double c = row.Fraction * (1 - column.Fraction) * plane[row.Above * width + column.Below];
                double d = row.Fraction * column.Fraction * plane[row.Above * width + column.Above];
                bool isOutside = row.IsOutside || column.IsOutside;
                sum += isOutside ? 0 : a + b + c + d;
                largest = Math.Max(largest, isOutside ? 0 : Math.Max(Math.Max(a, b), Math.Max(c, d)));
            }
        }

        return _takesLargest ? largest : sum / Math.Max(1, rows.Count * columns.Count);
    }

    // The samples of each cell along one dimension.
    private List<Sample>[] Samples(double start, double length, int cells, int extent)
    {
        double cell = length / cells;
        int count = _samples > 0 ? _samples : (int)Math.Clamp(Math.Ceiling(cell), 0, MostSamples);
        List<Sample>[] samples = new List<Sample>[cells];
        for (int i = 0; i < cells; i++)
        {
            samples[i] = [];
            for (int k = 0; k < count; k++)
            {
                samples[i].Add(Sample.At(start + i * cell + (k + 0.5) * cell / count, extent));
            }
        }

        return samples;
    }

    private readonly record struct Sample(int Below, int Above, double Fraction, bool IsOutside)
    {
        public static Sample At(double place, int extent)
        {
            if (!(place >= -1 && place <= extent))
            {
                return new Sample(0, 0, 0, true);
            }

            double inside = Math.Clamp(place, 0, extent - 1);
            int below = (int)inside;
            return new Sample(below, Math.Min(below + 1, extent - 1), inside - below, false);
        }
    }
}
