using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Shaping;

/// <summary>DepthToSpace: channels become squares of pixels; in DCR order the square is the outer part of the channel, in CRD the inner.</summary>
internal sealed class DepthToSpace(OperatorSite site) : WordOperator
{
    private readonly int _block = checked((int)site.Node.GetInt("blocksize", 1));
    private readonly bool _channelFirst = site.Node.GetString("mode", "DCR") == "CRD";

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        (int n, int c, int h, int w) = Images.Extents(x);
        int b = _block;
        if (b < 1 || c % (b * b) != 0)
        {
            throw new InvalidOperatorInputException($"{c} channels cannot be cut into squares of side {b}.");
        }

        int depth = c / (b * b);
        int plane = h * w;
        int squareStride = _channelFirst ? plane : depth * plane;
        int depthStride = _channelFirst ? b * b * plane : plane;
        Shape split = [n, depth, h, b, w, b];
        int[] strides = [c * plane, depthStride, w, b * squareStride, 1, squareStride];
        return [StridedCopy.Run<TWord>(x, 0, split, strides, context).Reshape([n, depth, h * b, w * b])];
    }
}

/// <summary>SpaceToDepth: squares of pixels become channels, the square the outer part of the channel.</summary>
internal sealed class SpaceToDepth(OperatorSite site) : WordOperator
{
    private readonly int _block = checked((int)site.Node.GetInt("blocksize", 1));

    protected override Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        (int n, int c, int h, int w) = Images.Extents(x);
        int b = _block;
        if (b < 1 || h % b != 0 || w % b != 0)
        {
            throw new InvalidOperatorInputException($"{h}x{w} pixels cannot be cut into squares of side {b}.");
        }

        Shape split = [n, b, b, c, h / b, w / b];
        int[] strides = [c * h * w, w, 1, h * w, b * w, b];
        return [StridedCopy.Run<TWord>(x, 0, split, strides, context).Reshape([n, b * b * c, h / b, w / b])];
    }
}
