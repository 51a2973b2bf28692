using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Convolutions and pooling: <c>out = ⌊(in + pads − ((k − 1)·d + 1)) / stride⌋ + 1</c> in each spatial dimension.</summary>
internal static class WindowShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["Conv"] = s => Convolution(s, s.Type(0), 1);
        rules["ConvInteger"] = s => Convolution(s, DataType.Int32, 1);
        rules["QLinearConv"] = s => Convolution(s, s.Type(7), 3);
        rules["ConvTranspose"] = Transposed;
        rules.AddAll("MaxPool AveragePool LpPool", Pool);
        rules.AddAll("GlobalAveragePool GlobalMaxPool GlobalLpPool", s =>
            s.Set(0, s.Type(0), s.Shape(0) is { Count: > 2 } x ? [x[0], x[1], .. x.Skip(2).Select(_ => (Dimension)1)] : null));
    }

    private static void Convolution(ShapeSite s, DataType type, int weight)
    {
        IReadOnlyList<Dimension>? x = s.Shape(0);
        IReadOnlyList<Dimension>? w = s.Shape(weight);
        if (x is null || w is null || x.Count < 3 || w.Count != x.Count)
        {
            s.Set(0, type);
            return;
        }

        s.Set(0, type, [x[0], w[0], .. Spatial(s, x, d => w[d + 2])]);
    }

    private static void Pool(ShapeSite s)
    {
        IReadOnlyList<long>? kernel = s.Node.GetInts("kernel_shape");
        Dimension[]? y = s.Shape(0) is { Count: > 2 } x && kernel is not null && kernel.Count == x.Count - 2
            ? [x[0], x[1], .. Spatial(s, x, d => DimensionMath.Of(kernel[d]))]
            : null;
        s.Set(0, s.Type(0), y);
        s.Set(1, DataType.Int64, y);
    }

    private static Dimension[] Spatial(ShapeSite s, IReadOnlyList<Dimension> x, Func<int, Dimension> kernel)
    {
        Dimension[] extents = new Dimension[x.Count - 2];
        for (int d = 0; d < extents.Length; d++)
        {
            if (x[d + 2].Value is { } input && kernel(d).Value is { } k && WindowAttributes.Read(s, d, extents.Length) is { } axis)
            {
                extents[d] = axis.Output(input, k);
            }
        }

        return extents;
    }

    private static void Transposed(ShapeSite s)
    {
        IReadOnlyList<Dimension>? x = s.Shape(0);
        IReadOnlyList<Dimension>? w = s.Shape(1);
        if (x is null || w is null || x.Count < 3 || w.Count != x.Count)
        {
            s.Set(0, s.Type(0));
            return;
        }

        int rank = x.Count - 2;
        IReadOnlyList<long>? shape = s.Node.GetInts("output_shape");
        IReadOnlyList<long>? padding = s.Node.GetInts("output_padding");
        Dimension[] spatial = new Dimension[rank];
        for (int d = 0; d < rank; d++)
        {
            if (shape is not null)
            {
                spatial[d] = shape.Count == rank ? DimensionMath.Of(shape[d]) : Dimension.Unknown;
            }
            else if (x[d + 2].Value is { } input && w[d + 2].Value is { } k && WindowAttributes.Read(s, d, rank) is { } axis)
            {
                long extra = padding is not null && padding.Count == rank ? padding[d] : 0;
                spatial[d] = DimensionMath.Of(axis.IsSame
                    ? input * axis.Stride
                    : axis.Stride * (input - 1L) + extra + axis.Reach(k) - axis.Pads);
            }
        }

        s.Set(0, s.Type(0), [x[0], w[1].Map(m => m * s.Node.GetInt("group", 1)), .. spatial]);
    }

    /// <summary>What a node says of one spatial dimension.</summary>
    private readonly record struct WindowAttributes(long Stride, long Dilation, long Before, long After, bool IsSame, bool Ceiling)
    {
        public long Pads => Before + After;

        public static WindowAttributes? Read(ShapeSite s, int d, int rank)
        {
            long? stride = Of(s, "strides", d, rank, 1);
            long? dilation = Of(s, "dilations", d, rank, 1);
            string autoPad = s.Node.GetString("auto_pad", "NOTSET");
            bool pads = autoPad is "NOTSET" or "";
            long? before = pads ? Of(s, "pads", d, 2 * rank, 0) : 0;
            long? after = pads ? Of(s, "pads", d + rank, 2 * rank, 0) : 0;
            return stride is > 0 && dilation is > 0 && before is >= 0 && after is >= 0
                ? new WindowAttributes(stride.Value, dilation.Value, before.Value, after.Value, autoPad.StartsWith("SAME", StringComparison.Ordinal), s.Node.GetInt("ceil_mode", 0) != 0)
                : null;
        }

        public long Reach(long kernel) => (kernel - 1) * Dilation + 1;

        public Dimension Output(long input, long kernel)
        {
            if (IsSame)
            {
                return DimensionMath.Of((input + Stride - 1) / Stride);
            }

            long room = input + Pads - Reach(kernel);
            long steps = Ceiling ? (room + Stride - 1) / Stride : room / Stride;
            if (Ceiling && steps * Stride >= input + Before)
            {
                // A window that would begin in the padding behind the input is left out.
                steps--;
            }

            return room < 0 ? Dimension.Unknown : DimensionMath.Of(steps + 1);
        }

        private static long? Of(ShapeSite s, string name, int index, int expected, long absent) =>
            s.Node.GetInts(name) is not { } values ? absent : values.Count == expected && Math.Abs(values[index]) <= int.MaxValue ? values[index] : null;
    }
}
