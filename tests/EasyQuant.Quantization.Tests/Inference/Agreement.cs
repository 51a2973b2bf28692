using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Asserts that every integer tensor of the integer engine is what a quantized graph says, on every instruction set.</summary>
/// <remarks>
/// <para>"What the graph says" is not what a float executor computes: that one adds products in single precision, in some order, and a
/// sum that ought to lie just below a tie may end just above it. Two definitions are compared with instead.</para>
/// <para>First, byte for byte, the engine's own: exact sums of integers times a multiplier in single precision.</para>
/// <para>Second the graph's nodes over exact reals: every rounding is recomputed from the engine's integers before it. Both
/// must agree wherever the real is not within <see cref="TieWidth"/> steps of a tie, which is what a multiplier in single
/// precision can move it; there the integers on both sides are right, and such places must be rare.</para>
/// </remarks>
internal static class Agreement
{
    // 255 steps times four roundings of 2^-24 each.
    private const double TieWidth = 1e-4;

    private static readonly string[] s_isas = ["scalar", "avx2", "avxvnni", "avx512bw", "avx512vbmi", "avx512vnni"];

    /// <summary>Runs the model on one picture and compares; gives back how it was lowered.</summary>
    /// <param name="model">A model of one input.</param>
    /// <param name="picture">Its input.</param>
    /// <param name="mostTies">The part of all integers that may lie at a tie.</param>
    public static IntegerNetwork AssertOn(Model model, Tensor picture, double mostTies)
    {
        Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> integers = Run(model, picture, isa: null, WinogradUse.Auto, out IntegerNetwork network);
        AssertEqualsDefinition(network, picture, integers);
        AssertEqualsGraph(model, picture, integers, mostTies);
        foreach (string isa in s_isas.Where(isa => InstructionSets.Refusal(isa) is null))
        {
            foreach (WinogradUse use in new[] { WinogradUse.Never, WinogradUse.Always })
            {
                Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> same = Run(model, picture, isa, use, out _);
                Assert.Equal(integers.Keys, same.Keys);
                Assert.All(same, pair => Assert.True(integers[pair.Key].Bytes.AsSpan().SequenceEqual(pair.Value.Bytes), $"{pair.Value.Tensor} differs with {isa}, Winograd {use}, first at element {integers[pair.Key].Bytes.AsSpan().CommonPrefixLength(pair.Value.Bytes)}."));
            }
        }

        return network;
    }

    private static Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> Run(Model model, Tensor picture, string? isa, WinogradUse use, out IntegerNetwork network)
    {
        using InferenceSession session = new(model, new SessionOptions { Isa = isa, Winograd = use });
        string input = model.Graph.RequiredInputs.Single().Name;
        Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> integers = [];
        session.Run(new Dictionary<string, Tensor> { [input] = picture }, (tensor, bytes) => integers.Add(tensor.Name, (tensor, bytes)), TestContext.Current.CancellationToken);
        network = session.NetworkFor(new Dictionary<string, Shape> { [input] = picture.Shape });
        return integers;
    }

    private static void AssertEqualsDefinition(IntegerNetwork network, Tensor picture, Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> integers)
    {
        ReferenceNetwork reference = new();
        reference.Run(network, picture);
        Assert.Equal(network.Steps.Count(s => s.IntegerOutput is not null), integers.Count);
        Assert.All(reference.Integers, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(integers[pair.Key.Name].Bytes), $"{pair.Key} differs."));
    }

    private static void AssertEqualsGraph(
        Model model, Tensor picture, Dictionary<string, (QuantizedTensor Tensor, byte[] Bytes)> integers, double mostTies)
    {
        ExactGraph graph = new(model, new Dictionary<Value, Tensor> { [model.Graph.RequiredInputs.Single()] = picture }, integers);
        (long elements, long ties) = (0, 0);
        foreach ((string name, (QuantizedTensor tensor, byte[] bytes)) in integers)
        {
            ReadOnlySpan<float> reals = graph.RealsBefore(name).AsSpan<float>();
            Assert.Equal(reals.Length, bytes.Length);
            for (int i = 0; i < bytes.Length; i++)
            {
                double steps = reals[i] / (double)tensor.Scale;
                (byte below, byte above) = (Round(steps - TieWidth, tensor), Round(steps + TieWidth, tensor));
                Assert.True(bytes[i] == below || bytes[i] == above, $"{tensor}: element {i} is {bytes[i]}, but the graph rounds {steps + tensor.ZeroPoint:0.00000}.");
                ties += below == above ? 0 : 1;
            }

            elements += bytes.Length;
        }

        Assert.InRange(ties, 0, mostTies * elements);
    }

    private static byte Round(double steps, QuantizedTensor grid) =>
        (byte)Math.Clamp(Math.Round(steps, MidpointRounding.ToEven) + grid.ZeroPoint, grid.Minimum, grid.Maximum);
}
