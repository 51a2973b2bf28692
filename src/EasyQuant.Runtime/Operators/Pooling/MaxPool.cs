using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>MaxPool: the largest element of each window, and on request where it stands.</summary>
internal sealed class MaxPool(OperatorSite site) : IBlockable
{
    private readonly SpatialWindow _window = new(site);
    private readonly bool _indices = site.Node.Outputs.Count > 1 && site.Node.Outputs[1] is not null;
    private readonly bool _columnMajor = site.Node.GetInt("storage_order", 0) != 0;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        WindowWalk walk = _window.Over(x, _window.Kernel ?? throw new InvalidOperatorInputException("Attribute 'kernel_shape' is absent."));
        Tensor y = x.Type switch
        {
            DataType.Float32 => Pool.Run<float, Largest>(x, walk, context),
            DataType.Float64 => Pool.Run<double, Largest>(x, walk, context),
            DataType.Float16 => Pool.Run<Half, Largest>(x, walk, context),
            DataType.Int8 => Pool.Run<sbyte, Largest>(x, walk, context),
            DataType.UInt8 => Pool.Run<byte, Largest>(x, walk, context),
            _ => throw new UnsupportedOperatorInputException($"Element type {x.Type.ShortName()} is not supported."),
        };
        return _indices ? [y, Indices(x, walk, context)] : [y];
    }

    public BlockedForm? Blocked(ReadOnlySpan<int?> channels) =>
        channels[0] is { } count && !_indices ? new BlockedForm(new BlockedMaxPool(_window), count) : null;

    private Tensor Indices(Tensor x, WindowWalk walk, OperatorContext context) => x.Type switch
    {
        DataType.Float32 => Indices<float>(x, walk, context),
        DataType.Float64 => Indices<double>(x, walk, context),
        DataType.Int8 => Indices<sbyte>(x, walk, context),
        DataType.UInt8 => Indices<byte>(x, walk, context),
        _ => throw new UnsupportedOperatorInputException($"Indices of {x.Type.ShortName()} are not supported."),
    };

    private Tensor Indices<T>(Tensor x, WindowWalk walk, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        Tensor y = context.Allocate(DataType.Int64, walk.OutputShape(x.Shape[0], x.Shape[1]));
        int plane = walk.InputCount;
        int outputs = walk.OutputCount;
        int taps = walk.KernelCount;
        Span<long> indices = y.AsMutableSpan<long>();
        for (int i = 0; i < indices.Length; i++)
        {
            (int channel, int o) = Math.DivRem(i, outputs);
            ReadOnlySpan<T> from = x.AsSpan<T>().Slice(channel * plane, plane);
            int best = -1;
            for (int k = 0; k < taps; k++)
            {
                int source = walk.Source(o, k);
                best = source >= 0 && (best < 0 || from[source] > from[best]) ? source : best;
            }

            indices[i] = (long)channel * plane + (_columnMajor ? ColumnMajor(best, walk) : best);
        }

        return y;
    }

    private static int ColumnMajor(int index, WindowWalk walk)
    {
        int result = 0;
        int[] coordinates = new int[walk.Axes.Count];
        for (int d = coordinates.Length - 1; d >= 0; d--)
        {
            (index, coordinates[d]) = Math.DivRem(index, walk.Axes[d].Input);
        }

        for (int d = coordinates.Length - 1; d >= 0; d--)
        {
            result = result * walk.Axes[d].Input + coordinates[d];
        }

        return result;
    }
}
