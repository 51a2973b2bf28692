using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A convolution or matrix product through the row kernels: rows of positions by blocks of up to four panels of channels.</summary>
/// <remarks>A float result is computed with its channels side by side too, and then brought into the order of the graph.</remarks>
internal sealed unsafe class PlannedConvolution : SharedStep
{
    // Positions of one call where rows follow each other without a border: enough for the kernel, few enough to share out.
    private const int LongestRow = 256;

    // So that a thread that is held up gets fewer.
    private const int PartsPerThread = 4;

    private readonly ConvolutionKernel _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly int _images;
    private readonly int _rows;
    private readonly int _rowLength;
    private readonly int _positions;
    private readonly bool _isFlat;
    private readonly Window _window;
    private readonly PanelBlock[] _blocks;
    private readonly OutputGrid* _ownGrid;
    private readonly TensorPlace _addend;
    private OutputGrid* _grid;
    private ResidualAdd* _residual;

    public PlannedConvolution(ConvolutionAddStep step, TensorLayout input, TensorLayout addend, TensorLayout output, ConvolutionKernel kernel, PlanMemory memory)
        : this(step.Convolution, input, output, kernel, memory)
    {
        (QuantizedTensor own, QuantizedTensor other, QuantizedTensor sum) = (step.Convolution.Output!, step.Addend, step.Add.Output);
        (float left, float right) = (step.Add.LeftMultiplier(), step.Add.RightMultiplier());
        _addend = addend.Place();
        _isFlat &= addend.Owner.IsContiguous;
        (_rows, _rowLength) = RowsOf(output);
        Joined = own;
        _grid = memory.GridOf(sum);
        _residual = memory.Allocate<ResidualAdd>(1);
        *_residual = new ResidualAdd
        {
            Minimum = own.Minimum - own.ZeroPoint,
            Maximum = own.Maximum - own.ZeroPoint,
            Multiplier = step.Add.Left == own ? left : right,
            AddendZeroPoint = other.ZeroPoint,
            AddendMultiplier = step.Add.Left == own ? right : left,
        };
    }

    public PlannedConvolution(ConvolutionStep step, TensorLayout input, TensorLayout output, ConvolutionKernel kernel, PlanMemory memory)
    {
        _kernel = kernel;
        _input = input.Place();
        _output = output.Place();
        _window = step.Window;
        _images = output.Images;
        _positions = output.Height * output.Width;

        // Where both tensors are without border and every position follows the one before, rows may be as long as is useful.
        _isFlat = _window is { KernelHeight: 1, KernelWidth: 1, StrideX: 1, StrideY: 1, PadTop: 0, PadLeft: 0 } && input.Owner.IsContiguous && output.Owner.IsContiguous;
        (_rows, _rowLength) = RowsOf(output);
        _blocks = [.. PanelPacking.Pack(step, input, kernel, memory)];
        if (step.Output is { } tensor)
        {
            _grid = _ownGrid = memory.GridOf(tensor);
        }
    }

    /// <summary>The result that is added to at once and never stored; null where nothing is added.</summary>
    public QuantizedTensor? Joined { get; }

    /// <summary>How many groups each block adds in 16 bits, and the products that it computes.</summary>
    public IEnumerable<(int Period, long Products)> Periods =>
        _blocks.Select(b => (b.WideningPeriod, 4L * b.Groups * b.Panels * ConvolutionRow.PanelChannels * _images * _positions));

    /// <summary>The step that stores <see cref="Joined"/> where the sum goes.</summary>
    public PlannedConvolution WithoutAddition()
    {
        PlannedConvolution alone = (PlannedConvolution)MemberwiseClone();
        alone._grid = _ownGrid;
        alone._residual = null;
        return alone;
    }

    private (int Rows, int Length) RowsOf(TensorLayout output) =>
        _isFlat ? ((_positions + LongestRow - 1) / LongestRow, LongestRow) : (output.Height, output.Width);

    // Of all blocks and images.
    private int Rows => _images * _rows * _blocks.Length;

    public override StepMethod Method => new(
        "convolution", _kernel.Isa, $"{_blocks.Max(b => b.Panels) * ConvolutionRow.PanelChannels} channels", _kernel.SumsInWords ? DescribePeriods() : "");

    protected override int CountUnits(int threads) => threads == 1 ? 1 : Math.Min(Rows, PartsPerThread * threads);

    protected override void RunUnit(RunState state, int unit)
    {
        int units = CountUnits(state.Workers.Threads);
        RunRows(state.Arena, (int)((long)Rows * unit / units), (int)((long)Rows * (unit + 1) / units));
    }

    // Rows are numbered block by block, so that the weights of a block stay in the cache while rows pass.
    private void RunRows(byte* arena, int first, int end)
    {
        int rowsOfAll = _images * _rows;
        for (int i = first; i < end; i++)
        {
            PanelBlock block = _blocks[i / rowsOfAll];
            int image = i % rowsOfAll / _rows, y = i % _rows;
            int x = _isFlat ? y * _rowLength : 0;
            ConvolutionRow row = new()
            {
                Input = arena + (_isFlat ? _input.OffsetOf(image, 0, x) : _input.OffsetOf(image, y * _window.StrideY - _window.PadTop, -_window.PadLeft)),
                InputStride = _window.StrideX * _input.PositionStride,
                Offsets = block.Offsets,
                Groups = block.Groups,
                Weights = block.Weights,
                PanelStride = block.PanelStride,
                Start = block.Start,
                Multipliers = block.Multipliers,
                Output = arena + (_isFlat ? _output.OffsetOf(image, 0, x) : _output.OffsetOf(image, y, 0)) + block.FirstChannel * (_grid == null ? sizeof(float) : 1),
                OutputStride = _output.PositionStride,
                Positions = _isFlat ? Math.Min(_rowLength, _positions - x) : _rowLength,
                Panels = block.Panels,
                Grid = _grid,
                WideningPeriod = block.WideningPeriod,
            };
            if (i / rowsOfAll + 1 < _blocks.Length)
            {
                // Each row of a block brings its share of the next one nearer.
                PanelBlock next = _blocks[i / rowsOfAll + 1];
                nint length = next.Panels * next.PanelStride;
                row.SoonWeights = next.Weights + (nint)(i % rowsOfAll) * length / rowsOfAll;
                row.SoonEnd = next.Weights + (nint)(i % rowsOfAll + 1) * length / rowsOfAll;
            }

            if (_residual != null)
            {
                row.Residual = _residual;
                row.Addend = arena + (_isFlat ? _addend.OffsetOf(image, 0, x) : _addend.OffsetOf(image, y, 0)) + block.FirstChannel;
                row.AddendStride = _addend.PositionStride;
            }

            _kernel.Run(&row);
        }
    }

    private string DescribePeriods()
    {
        (int least, int most) = (_blocks.Min(b => b.WideningPeriod), _blocks.Max(b => b.WideningPeriod));
        return least == most ? $"{least}" : $"{least} to {most}";
    }
}
