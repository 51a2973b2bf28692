using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;

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

/// <summary>Integer to float: <c>x = (q − z) · s</c>.</summary>
public sealed record DequantizeStep(string Label, QuantizedTensor Input, Value Output) : NetworkStep(Label)
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

    /// <summary>What a sum is multiplied by, for each channel: <c>m = s_x · s_w / s_y</c>, or <c>s_x · s_w</c>; single precision in that order.</summary>
    public float[] Multipliers() => [.. Weights.Scales.Select(s => Output is null ? Input.Scale * s : Input.Scale * s / Output.Scale)];
}

/// <summary><c>q = clamp(round((a − z_a) · s_a / s_y + (b − z_b) · s_b / s_y) + z_y)</c>: two products and a sum, each rounded to single precision.</summary>
public sealed record AddStep(string Label, QuantizedTensor Left, QuantizedTensor Right, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Left, Right];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>Inputs one after another along the channels, each brought to the output's grid.</summary>
public sealed record ConcatStep(string Label, IReadOnlyList<QuantizedTensor> Inputs, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => Inputs;

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>The largest byte of each window.</summary>
public sealed record MaxPoolStep(string Label, QuantizedTensor Input, Window Window, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
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

/// <summary>
/// Elements at other places: element i of the output is element <c>Sources[i] − 1</c> of the input, brought to the output's
/// grid, or its zero point where the source is 0. Elements are numbered in the order of the graph.
/// </summary>
public sealed record MoveStep(string Label, QuantizedTensor Input, int[] Sources, QuantizedTensor Output) : NetworkStep(Label)
{
    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Input];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Output;
}

/// <summary>A node that is computed in float, and why.</summary>
public sealed record FloatStep(string Label, Node Node, IOperator Operator, string Reason) : NetworkStep(Label);
