using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// Where the bytes of a segment lie so that the product kernels see its patches without copies: channels in quads, images
/// padded, positions counted along padded rows.
/// </summary>
/// <remarks>
/// With strides s, input row <c>y · s + k · d − pad</c> is row <c>y + ⌊(k · d − pad) / s⌋</c> of the phase <c>(k · d − pad) mod s</c>:
/// the image is dealt out to phases, in each of which all patches move by one. A plane holds one quad of channels of one
/// phase, all images of the segment one after another.
/// </remarks>
internal sealed class PatchLayout
{
    private readonly PatchGeometry[] _parts;
    private readonly Axis _rows;
    private readonly Axis _columns;
    private readonly int _planeLength;

    public PatchLayout(IReadOnlyList<PatchGeometry> parts)
    {
        _parts = [.. parts];
        PatchGeometry first = _parts[0];
        _rows = new Axis(first.KernelHeight, first.StrideY, first.DilationY, first.PadTop);
        _columns = new Axis(first.KernelWidth, first.StrideX, first.DilationX, first.PadLeft);
        List<(int Start, int Length)> runs = [];
        foreach (PatchGeometry part in _parts)
        {
            int width = part.OutputWidth + _columns.Reach;
            if (_columns.Reach == 0)
            {
                runs.Add((_planeLength, part.Positions));
            }
            else
            {
                runs.AddRange(Enumerable.Range(0, part.OutputHeight).Select(y => (_planeLength + y * width, part.OutputWidth)));
            }

            _planeLength = checked(_planeLength + (part.OutputHeight + _rows.Reach) * width);
        }

        Positions = new PositionRuns(runs);
        Quads = (first.Channels + 3) / 4;
        ByteLength = checked(4 * _planeLength * Quads * _rows.Phases.Length * _columns.Phases.Length + QuadMatrix.Slack);
    }

    /// <summary>The positions that are outputs.</summary>
    public PositionRuns Positions { get; }

    /// <summary>Bytes of a segment.</summary>
    public int ByteLength { get; }

    /// <summary>Quads of channels.</summary>
    public int Quads { get; }

    /// <summary>The images of the segment.</summary>
    public IReadOnlyList<PatchGeometry> Parts => _parts;

    /// <summary>The rows of images.</summary>
    public Axis Rows => _rows;

    /// <summary>The columns of images.</summary>
    public Axis Columns => _columns;

    /// <summary>Where a plane begins, in positions.</summary>
    public int PlaneStart(int quad, int rowPhase, int columnPhase) =>
        ((quad * _rows.Phases.Length + rowPhase) * _columns.Phases.Length + columnPhase) * _planeLength;

    /// <summary>Where the kernels find each group of four elements of a row of weights, in bytes.</summary>
    public int[] Offsets(PatchRows rows, int group)
    {
        List<int> offsets = [];
        for (int y = 0; y < _rows.Kernel; y++)
        {
            for (int x = 0; x < _columns.Kernel; x++)
            {
                int within = _rows.Shift(y) * (_parts[0].OutputWidth + _columns.Reach) + _columns.Shift(x);
                for (int quad = 0; quad < rows.QuadCount(group); quad++)
                {
                    offsets.Add(4 * (PlaneStart(rows.FirstQuad(group) + quad, _rows.PhaseOf(y), _columns.PhaseOf(x)) + within));
                }
            }
        }

        return [.. offsets];
    }

    /// <summary>One spatial axis of a convolution.</summary>
    internal sealed class Axis
    {
        private readonly (int Phase, int Shift)[] _places;

        public Axis(int kernel, int stride, int dilation, int pad)
        {
            Kernel = kernel;
            Stride = stride;
            (int Remainder, int Shift)[] places = [.. Enumerable.Range(0, kernel).Select(k => k * dilation - pad).Select(o => (o - FloorDivide(o, stride) * stride, FloorDivide(o, stride)))];
            Phases = [.. places.Select(p => p.Remainder).Distinct().Order()];
            First = places.Min(p => p.Shift);
            Reach = places.Max(p => p.Shift) - First;
            _places = [.. places.Select(p => (Array.IndexOf(Phases, p.Remainder), p.Shift - First))];
        }

        /// <summary>Places of the kernel.</summary>
        public int Kernel { get; }

        /// <summary>Step between outputs.</summary>
        public int Stride { get; }

        /// <summary>The remainders modulo the stride that the kernel looks at.</summary>
        public int[] Phases { get; }

        /// <summary>The row of a phase that is kept first: negative where the image is padded.</summary>
        public int First { get; }

        /// <summary>Rows that a phase has beyond those of the output.</summary>
        public int Reach { get; }

        /// <summary>The phase, as an index into <see cref="Phases"/>, that a place of the kernel looks at.</summary>
        public int PhaseOf(int place) => _places[place].Phase;

        /// <summary>The row of that phase, counted from <see cref="First"/>, that it sees for output 0.</summary>
        public int Shift(int place) => _places[place].Shift;

        private static int FloorDivide(int value, int divisor) => (int)Math.Floor((double)value / divisor);
    }
}
