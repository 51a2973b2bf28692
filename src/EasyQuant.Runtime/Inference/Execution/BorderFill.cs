using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Fills the border of a tensor's memory with its zero point, before anything is written there.</summary>
internal sealed unsafe class BorderFill(TensorLayout layout) : PlannedStep
{
    public override StepMethod Method => new("border");

    public override void Run(RunState state)
    {
        byte zero = (byte)layout.Tensor.ZeroPoint;
        nint left = (nint)layout.Left * layout.PositionStride, right = (nint)layout.Right * layout.PositionStride;
        for (int image = 0; image < layout.Images; image++)
        {
            byte* start = state.Arena + layout.ArenaOffset + image * layout.ImageStride;
            Fill(start, layout.Top * layout.RowStride, zero);
            byte* row = start + layout.Top * layout.RowStride;
            for (int y = 0; y < layout.Height; y++, row += layout.RowStride)
            {
                Fill(row, left, zero);
                Fill(row + layout.RowStride - right, right, zero);
            }

            Fill(row, layout.Bottom * layout.RowStride, zero);
        }
    }

    private static void Fill(byte* start, nint length, byte value) => new Span<byte>(start, checked((int)length)).Fill(value);
}
