using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>Cuts a tensor into runs of elements that share one scale and zero point: one for all, one for each index of an axis, or blocks of an axis.</summary>
internal sealed class ScaleRuns
{
    private const int LongestRun = 4096;

    private readonly int _extent;
    private readonly int _inner;
    private readonly int _block;
    private readonly Kind _kind;

    /// <exception cref="InvalidOperatorInputException">The scale does not fit the tensor.</exception>
    public ScaleRuns(Tensor x, Tensor scale, Tensor? zeroPoint, long namedAxis, long blockSize)
    {
        if (zeroPoint is not null && zeroPoint.Count != scale.Count)
        {
            throw new InvalidOperatorInputException($"The scale has shape {scale.Shape} and the zero point {zeroPoint.Shape}, expected the same.");
        }

        _kind = scale.Count == 1 && blockSize == 0 ? Kind.Tensor : blockSize == 0 ? Kind.Axis : Kind.Block;
        ElementCount = x.Count;
        if (_kind == Kind.Tensor)
        {
            RunLength = LongestRun;
            return;
        }

        int axis = OperatorInputs.Axis(namedAxis, x.Shape.Rank);
        _extent = x.Shape[axis];
        _inner = x.Shape.Product(axis + 1, x.Shape.Rank);
        if (_kind == Kind.Axis)
        {
            RunLength = _inner;
            if (scale.Shape.Rank != 1 || scale.Count != _extent)
            {
                throw new InvalidOperatorInputException($"The scale has shape {scale.Shape}, expected {_extent}: one number for each index of dimension {axis} of {x}.");
            }

            return;
        }

        _block = checked((int)blockSize);
        RunLength = 1;
        bool fits = scale.Shape.Rank == x.Shape.Rank && _block > 0;
        for (int d = 0; fits && d < x.Shape.Rank; d++)
        {
            fits = scale.Shape[d] == (d == axis ? (_extent + _block - 1) / _block : x.Shape[d]);
        }

        if (!fits)
        {
            throw new InvalidOperatorInputException($"The scale has shape {scale.Shape}, which does not cut dimension {axis} of {x} into blocks of {_block}.");
        }
    }

    private enum Kind
    {
        Tensor,
        Axis,
        Block,
    }

    /// <summary>The length of a run; the last may be shorter.</summary>
    public int RunLength { get; }

    /// <summary>The number of elements.</summary>
    public int ElementCount { get; }

    /// <summary>The number of runs.</summary>
    public int Count => RunLength == 0 ? 0 : (ElementCount + RunLength - 1) / RunLength;

    /// <summary>Which scale holds for a run.</summary>
    public int ScaleIndex(int run) => _kind switch
    {
        Kind.Tensor => 0,
        Kind.Axis => run % _extent,
        _ => (run / (_extent * _inner) * ((_extent + _block - 1) / _block) + run / _inner % _extent / _block) * _inner + run % _inner,
    };

    /// <summary><c>x / s + z</c></summary>
    public static Tensor Divide(Tensor x, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, OperatorContext context)
    {
        Tensor y = context.Allocate(DataType.Float32, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            int index = runs.ScaleIndex(i / runs.RunLength);
            float zero = zeroPoint is null ? 0 : zeroPoint.AsSpan<float>()[index];
            y.AsMutableSpan<float>()[i] = x.AsSpan<float>()[i] / scale.AsSpan<float>()[index] + zero;
        }

        return y;
    }

    /// <summary><c>(x − z) · s</c></summary>
    public static Tensor Multiply(Tensor x, Tensor scale, Tensor? zeroPoint, ScaleRuns runs, OperatorContext context)
    {
        Tensor y = context.Allocate(DataType.Float32, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            int index = runs.ScaleIndex(i / runs.RunLength);
            float zero = zeroPoint is null ? 0 : zeroPoint.AsSpan<float>()[index];
            y.AsMutableSpan<float>()[i] = (x.AsSpan<float>()[i] - zero) * scale.AsSpan<float>()[index];
        }

        return y;
    }
}
