using System.Numerics;
using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The product of two tensors, matrix by matrix: the right one's are packed for the kernel first, the left one's as its rows are needed.</summary>
/// <remarks>
/// The kernel multiplies signed bytes with unsigned ones. With <c>s = a − 128</c>,
/// <c>Σ (a − z_a)(b − z_b) = Σ s · b − z_b · Σ s + (128 − z_a) · Σ (b − z_b)</c>: the second term is where sums start, the third, which no tensor with
/// a zero point of 128 has, is added in the end.
/// </remarks>
internal sealed unsafe class PlannedProduct : PlannedStep
{
    private const int BlockRows = ProductStrip.MostRows;
    private const int StripColumns = PositionRuns.StripPositions;
    private const int Signed = 128;
    private const int Alignment = 64;

    private readonly ProductStep _step;
    private readonly IntegerProductKernel _kernel;
    private readonly MatrixPlaces _left;
    private readonly MatrixPlaces _right;
    private readonly MatrixPlaces? _output;
    private readonly int _slot;
    private readonly int _rows;
    private readonly int _depth;
    private readonly int _columns;
    private readonly int _matrices;
    private readonly int _blocks;
    private readonly int _groups;
    private readonly int _paddedColumns;
    private readonly int* _offsets;

    /// <param name="step">What is computed.</param>
    /// <param name="left">Where the left factor lies.</param>
    /// <param name="right">Where the right factor lies.</param>
    /// <param name="output">Where the integer result goes; null where it is float.</param>
    /// <param name="slot">The slot of the float result.</param>
    /// <param name="kernel">What multiplies.</param>
    /// <param name="memory">Memory of the plan.</param>
    public PlannedProduct(ProductStep step, TensorLayout left, TensorLayout right, TensorLayout? output, int slot, IntegerProductKernel kernel, PlanMemory memory)
    {
        (_step, _kernel, _slot) = (step, kernel, slot);
        (_rows, _depth, _columns) = (step.Left.Shape[^2], step.Depth, step.Right.Shape[^1]);
        _matrices = (int)(step.Left.Shape.ElementCount / ((long)_rows * _depth));
        (_left, _right, _output) = (new MatrixPlaces(left, _rows), new MatrixPlaces(right, _depth), output is null ? null : new MatrixPlaces(output, _rows));
        _blocks = (_rows + BlockRows - 1) / BlockRows;
        _groups = (_depth + 3) / 4;
        _paddedColumns = (_columns + ProductStrip.PanelPositions - 1) / ProductStrip.PanelPositions * ProductStrip.PanelPositions;
        _offsets = memory.Allocate<int>(_groups);
        for (int group = 0; group < _groups; group++)
        {
            _offsets[group] = checked(group * 4 * _paddedColumns);
        }
    }

    public override StepMethod Method => new("product of two", _kernel.Isa, $"{BlockRows}x{ProductStrip.PanelPositions}");

    public override long ScratchBytes(int threads) => _matrices * (PackedBytes + SumBytes + _blocks * RowBytes);

    private long PackedBytes => Aligned(4L * _groups * _paddedColumns + QuadMatrix.Slack);

    private long SumBytes => Aligned((long)sizeof(int) * _paddedColumns);

    private long RowBytes => Aligned(BlockRows * 4L * _groups);

    public override void Run(RunState state)
    {
        state.Workers.For(_matrices, new Packing(this, state));
        state.Workers.For(_matrices * _blocks, new Blocks(this, state));
    }

    // Four rows of the right matrix side by side for each column, and the sums of columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight(RunState state, int matrix)
    {
        byte* packed = state.Scratch + matrix * PackedBytes;
        int* sums = (int*)(state.Scratch + _matrices * PackedBytes + matrix * SumBytes);
        bool needsSums = _step.Left.ZeroPoint != Signed;
        int zeroPoint = _step.Right.ZeroPoint;
        new Span<int>(sums, _paddedColumns).Clear();
        nint stride = _right.ColumnStride;
        for (int k = 0; k < _depth; k += 4)
        {
            // Rows behind the last meet zeros on the left: any that is there will do.
            byte* first = state.Arena + _right.RowOf(matrix, k);
            byte* second = k + 1 < _depth ? state.Arena + _right.RowOf(matrix, k + 1) : first;
            byte* third = k + 2 < _depth ? state.Arena + _right.RowOf(matrix, k + 2) : first;
            byte* fourth = k + 3 < _depth ? state.Arena + _right.RowOf(matrix, k + 3) : first;
            uint* to = (uint*)(packed + (long)k * _paddedColumns);
            for (int n = 0; n < _columns; n++)
            {
                nint at = n * stride;
                to[n] = first[at] | (uint)second[at] << 8 | (uint)third[at] << 16 | (uint)fourth[at] << 24;
            }

            for (int i = 0; needsSums && i < Math.Min(4, _depth - k); i++)
            {
                byte* row = state.Arena + _right.RowOf(matrix, k + i);
                for (int n = 0; n < _columns; n++)
                {
                    sums[n] += row[n * stride] - zeroPoint;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock(RunState state, int unit)
    {
        (int matrix, int block) = Math.DivRem(unit, _blocks);
        int first = block * BlockRows;
        int count = Math.Min(BlockRows, _rows - first);
        sbyte* rows = (sbyte*)(state.Scratch + _matrices * (PackedBytes + SumBytes) + unit * RowBytes);
        int* columnSums = (int*)(state.Scratch + _matrices * PackedBytes + matrix * SumBytes);
        int* start = stackalloc int[BlockRows];
        int* sums = stackalloc int[BlockRows * StripColumns];
        for (int i = 0; i < count; i++)
        {
            start[i] = -_step.Right.ZeroPoint * PackRow(state.Arena + _left.RowOf(matrix, first + i), rows + i * 4 * _groups);
        }

        ProductStrip strip = new()
        {
            Offsets = _offsets,
            Groups = _groups,
            Rows = rows,
            RowStride = 4 * _groups,
            RowCount = count,
            Start = start,
            Output = sums,
            OutputStride = StripColumns,
        };
        for (int column = 0; column < _columns; column += StripColumns)
        {
            int columns = Math.Min(StripColumns, _columns - column);
            strip.Base = state.Scratch + matrix * PackedBytes + 4 * column;
            strip.PanelCount = (columns + ProductStrip.PanelPositions - 1) / ProductStrip.PanelPositions;
            _kernel.Run(&strip);
            for (int i = 0; i < count; i++)
            {
                Span<int> row = new(sums + i * StripColumns, columns);
                AddColumnSums(row, new ReadOnlySpan<int>(columnSums + column, columns));
                Store(state, matrix, first + i, column, row);
            }
        }
    }

    // The bytes less 128, and their sum.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int PackRow(byte* from, sbyte* to)
    {
        int sum = 0;
        int k = 0;
        nint stride = _left.ColumnStride;
        if (stride == 1)
        {
            Vector<uint> bytes = default;
            for (; k <= _depth - Vector<byte>.Count; k += Vector<byte>.Count)
            {
                Vector<byte> read = Vector.Load(from + k);
                Vector.Store(read ^ new Vector<byte>(Signed), (byte*)to + k);
                Vector.Widen(read, out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low + high, out Vector<uint> even, out Vector<uint> odd);
                bytes += even + odd;
            }

            sum = (int)Vector.Sum(bytes) - k * Signed;
        }

        for (; k < _depth; k++)
        {
            int signed = from[k * stride] - Signed;
            to[k] = (sbyte)signed;
            sum += signed;
        }

        new Span<sbyte>(to + _depth, 4 * _groups - _depth).Clear();
        return sum;
    }

    private void AddColumnSums(Span<int> row, ReadOnlySpan<int> columnSums)
    {
        int factor = Signed - _step.Left.ZeroPoint;
        for (int n = 0; factor != 0 && n < row.Length; n++)
        {
            row[n] += factor * columnSums[n];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreRounded(ReadOnlySpan<int> sums, byte* to, nint stride, float multiplier)
    {
        // A sum with 1.5 · 2^23 has no digits behind the point: what is added and taken away again is rounded, ties to even. Limits are integers,
        // so that it does not matter that they are kept before.
        QuantizedTensor grid = _step.Output!;
        Vector<float> magic = new(12_582_912f);
        Vector<float> least = new(grid.Minimum - grid.ZeroPoint), most = new(grid.Maximum - grid.ZeroPoint);
        int n = 0;
        for (; n <= sums.Length - Vector<int>.Count; n += Vector<int>.Count)
        {
            Vector<float> steps = Vector.Min(Vector.Max(Vector.ConvertToSingle(new Vector<int>(sums[n..])) * multiplier, least), most);
            Vector<int> rounded = Vector.ConvertToInt32(steps + magic - magic) + new Vector<int>(grid.ZeroPoint);
            for (int i = 0; i < Vector<int>.Count; i++)
            {
                to[(n + i) * stride] = (byte)rounded[i];
            }
        }

        for (; n < sums.Length; n++)
        {
            to[n * stride] = Requantization.Round(sums[n] * multiplier, grid);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(RunState state, int matrix, int row, int column, ReadOnlySpan<int> sums)
    {
        float multiplier = _step.Multiplier();
        if (_output is { } output)
        {
            StoreRounded(sums, state.Arena + output.RowOf(matrix, row) + column * output.ColumnStride, output.ColumnStride, multiplier);
            return;
        }

        Span<float> reals = state.Floats[_slot]!.AsMutableSpan<float>().Slice((matrix * _rows + row) * _columns + column, sums.Length);
        int i = 0;
        for (; i <= sums.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            (Vector.ConvertToSingle(new Vector<int>(sums[i..])) * multiplier).CopyTo(reals[i..]);
        }

        for (; i < sums.Length; i++)
        {
            reals[i] = sums[i] * multiplier;
        }
    }

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Where matrices lie: of images the rows are rows, and maps are matrices.</summary>
    private readonly struct MatrixPlaces(TensorLayout layout, int rows)
    {
        private readonly TensorPlace _place = layout.Place();
        private readonly bool _isMatrix = layout.IsMatrix;
        private readonly int _maps = layout.Channels;
        private readonly int _rows = rows;

        public nint ColumnStride => _isMatrix ? 1 : _place.PositionStride;

        public long RowOf(int matrix, int row) =>
            _isMatrix ? _place.OffsetOf(0, 0, matrix * _rows + row) : _place.OffsetOf(matrix / _maps, row, 0) + matrix % _maps;
    }

    private readonly struct Packing(PlannedProduct step, RunState state) : ILoopBody
    {
        public void Run(int index) => step.PackRight(state, index);
    }

    private readonly struct Blocks(PlannedProduct step, RunState state) : ILoopBody
    {
        public void Run(int index) => step.RunBlock(state, index);
    }
}
