using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Network;

/// <summary>One computation of an integer network. Integer tensors are named by <see cref="QuantizedTensor"/>, float ones by the graph's value.</summary>
/// <param name="Label">How messages and listings call it.</param>
public abstract record NetworkStep(string Label)
{
    /// <summary>The integer tensors that it reads.</summary>
    public virtual IEnumerable<QuantizedTensor> IntegerInputs => [];

    /// <summary>The integer tensor that it computes; null where its result is float.</summary>
    public virtual QuantizedTensor? IntegerOutput => null;
}

/// <summary>Float to integer: <c>q = clamp(round(x / s) + z)</c>.</summary>
public sealed record QuantizeStep(string Label, Value Input, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>Integer to float: the real that each byte stands for, <c>(q − z) · s</c>, or a function of it.</summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Input">What is read.</param>
/// <param name="Table">The real for each of the 256 bytes.</param>
/// <param name="Output">What is computed.</param>
public sealed record DequantizeStep(string Label, QuantizedTensor Input, float[] Table, Value Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];
}

/// <summary>
/// A convolution, or a matrix product as one of a single position: <c>acc[c] = b[c] + Σ_k (q[k] − z) · W[c, k]</c>, then
/// <c>clamp(round(acc · m[c]) + z_y)</c>, or <c>acc · s_x · s_w[c]</c> where the output is float.
/// </summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Input">What is convolved.</param>
/// <param name="Weights">The integer weights.</param>
/// <param name="Window">Where the kernel looks.</param>
/// <param name="Output">The integer result; null where it is float.</param>
/// <param name="FloatOutput">The float result; null where it is integer.</param>
public sealed record ConvolutionStep(string Label, QuantizedTensor Input, LayerWeights Weights, Window Window, QuantizedTensor? Output, Value? FloatOutput) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>Multiply-accumulates.</summary>
    public long Macs => (Output?.Shape ?? FloatOutput!.Shape!.ToStatic()!.Value).ElementCount * Weights.RowLength;

    /// <summary>What a sum is multiplied by, for each channel: <c>m = s_x · s_w / s_y</c>, or <c>s_x · s_w</c>; single precision in that order.</summary>
    public float[] Multipliers() => [.. Weights.Scales.Select(s => Output is null ? Input.Scale * s : Input.Scale * s / Output.Scale)];
}

/// <summary>
/// Matrix by matrix the product of two integer tensors: <c>acc[m, n] = Σ_k (a[m, k] − z_a) · (b[k, n] − z_b)</c>, then
/// <c>clamp(round(acc · m) + z_y)</c>, or <c>acc · m</c> where the output is float.
/// </summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Left">a: all extents but the last two count matrices.</param>
/// <param name="Right">b, with as many matrices.</param>
/// <param name="Output">The integer result; null where it is float.</param>
/// <param name="FloatOutput">The float result; null where it is integer.</param>
public sealed record ProductStep(string Label, QuantizedTensor Left, QuantizedTensor Right, QuantizedTensor? Output, Value? FloatOutput) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Left, Right];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>Terms of a sum.</summary>
    public int Depth => Left.Shape[^1];

    /// <summary>Multiply-accumulates.</summary>
    public long Macs => Left.Shape.ElementCount * Right.Shape[^1];

    /// <summary>m: <c>s_a · s_b / s_y</c>, or <c>s_a · s_b</c>; single precision in that order.</summary>
    public float Multiplier() => Output is null ? Left.Scale * Right.Scale : Left.Scale * Right.Scale / Output.Scale;
}

/// <summary>
/// <c>q = clamp(round(± (a − z_a) · s_a / s_y ± (b − z_b) · s_b / s_y) + z_y)</c>: two products and a sum, each rounded to single
/// precision. Where b has one element for each map, it is added to all of them.
/// </summary>
public sealed record AddStep(string Label, QuantizedTensor Left, QuantizedTensor Right, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <summary>−1 where Left is subtracted.</summary>
    public int LeftSign { get; init; } = 1;

    /// <summary>−1 where Right is subtracted.</summary>
    public int RightSign { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Left, Right];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary><c>± s_a / s_y</c>.</summary>
    public float LeftMultiplier() => LeftSign * (Left.Scale / Output.Scale);

    /// <summary><c>± s_b / s_y</c>.</summary>
    public float RightMultiplier() => RightSign * (Right.Scale / Output.Scale);
}

/// <summary>
/// <c>q = clamp(round((a − z_a)(b − z_b) · m) + z_y)</c> with <c>m = s_a · s_b / s_y</c> in single precision. Where b has one element for
/// each map, all of it is multiplied by that.
/// </summary>
public sealed record MultiplyStep(string Label, QuantizedTensor Left, QuantizedTensor Right, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Left, Right];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>m.</summary>
    public float Multiplier() => Left.Scale * Right.Scale / Output.Scale;
}

/// <summary>Inputs one after another along the channels, each brought to the output's grid.</summary>
public sealed record ConcatStep(string Label, IReadOnlyList<QuantizedTensor> Inputs, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => Inputs;

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>The largest byte of each window, brought to the output's grid.</summary>
public sealed record MaxPoolStep(string Label, QuantizedTensor Input, Window Window, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>
/// Means of windows: <c>q = clamp(round(Σ (q_x − z_x) · m) + z_y)</c> with <c>m = s_x / (s_y · n)</c> in single precision, where n is how many
/// places of the window count; what lies outside of the input adds nothing.
/// </summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Input">What is averaged.</param>
/// <param name="Window">Where outputs look.</param>
/// <param name="RowCounts">How many rows of the window count, for each row of outputs.</param>
/// <param name="ColumnCounts">How many columns count, for each column; n is the product of the two.</param>
/// <param name="Output">The means.</param>
public sealed record AveragePoolStep(
    string Label, QuantizedTensor Input, Window Window, IReadOnlyList<int> RowCounts, IReadOnlyList<int> ColumnCounts, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>m for windows of which so many places count.</summary>
    public float Multiplier(int count) => Input.Scale / (Output.Scale * count);
}

/// <summary>
/// Means of whole maps: <c>q = clamp(round(Σ (q_x − z_x) · m) + z_y)</c> with <c>m = s_x / (s_y · positions)</c> in single precision,
/// or <c>Σ (q_x − z_x) · (s_x / positions)</c> where the result is float.
/// </summary>
public sealed record GlobalAverageStep(string Label, QuantizedTensor Input, QuantizedTensor? Output, Value? FloatOutput) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>m.</summary>
    public float Multiplier() => Output is null ? Input.Scale / Positions : Input.Scale / (Output.Scale * Positions);

    /// <summary>Extents of a float result.</summary>
    public Shape FloatShape => Shape.Create(FloatOutput!.Shape?.ToStatic() is { } known ? known.Dimensions : [Input.Shape[0], Input.Shape[1], 1, 1]);

    /// <summary>Positions of a map.</summary>
    public int Positions => Input.Shape[2] * Input.Shape[3];
}

/// <summary>Byte for byte: any function of one real that is followed by rounding.</summary>
public sealed record TableStep(string Label, QuantizedTensor Input, byte[] Table, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>Byte for byte, with a table for each channel.</summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Input">What is looked up.</param>
/// <param name="Tables">256 bytes for each channel, one channel after the other.</param>
/// <param name="Output">What is found.</param>
public sealed record ChannelTableStep(string Label, QuantizedTensor Input, byte[] Tables, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>
/// PRelu with a slope for each channel: <c>q = clamp(round((q_x − z_x) · m) + z_y)</c>, where m is <c>s_x / s_y</c> for
/// <c>q_x ≥ z_x</c> and <c>s_x · slope / s_y</c> below; single precision in that order.
/// </summary>
public sealed record SlopeStep(string Label, QuantizedTensor Input, float[] Slopes, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;

    /// <summary>m above the zero point.</summary>
    public float PositiveMultiplier() => Input.Scale / Output.Scale;

    /// <summary>m below the zero point, for each channel.</summary>
    public float[] NegativeMultipliers() => Array.ConvertAll(Slopes, slope => Input.Scale * slope / Output.Scale);
}

/// <summary>
/// Elements at other places: element i of the output is element <c>Sources[i] − 1</c> of the input, brought to the output's
/// grid, or <c>Fill</c> where the source is 0. Elements are numbered in the order of the graph.
/// </summary>
/// <param name="Label">How messages and listings call it.</param>
/// <param name="Input">Where elements come from.</param>
/// <param name="Sources">Which one goes to each place, counted from 1.</param>
/// <param name="Fill">What lies where none goes.</param>
/// <param name="Output">Where elements go.</param>
public sealed record MoveStep(string Label, QuantizedTensor Input, int[] Sources, byte Fill, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>A node that is computed in float, and why.</summary>
public sealed record FloatStep(string Label, Node Node, IOperator Operator, string Reason) : NetworkStep(Label);
