using EasyQuant.Graphs;
using EasyQuant.Passes;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FoldConstantsTests
{
    [Fact]
    public void ConstantNodes_BecomeInitializers()
    {
        (Model model, PassResult result) = Rewriting.Check("""
            (x: f32[2]) => (y)
            c = Constant<value=f32[2]{3,4}>()
            s = Constant<value_float=0.5>()
            a = Mul(x, c)
            y = Add(a, s)
            """, new FoldConstants());

        Assert.Equal(2, result.Count);
        Assert.Equal(["c", "s"], model.Graph.Initializers.Select(i => i.Name));
    }

    [Fact]
    public void Shape_OfAStaticShape_IsItsNumbers()
    {
        (Model model, _) = Rewriting.Check("""
            (x: f32[2,3,4]) => (a, b, n)
            a = Shape(x)
            b = Shape<start=-2, end=2>(x)
            n = Size(x)
            """, new FoldConstants());

        Assert.Empty(model.Graph.Nodes);
        Assert.Equal([3L], model.Graph.Outputs[1].Constant!.AsSpan<long>().ToArray());
    }

    [Fact]
    public void Shape_OfASymbolicExtent_Stays()
    {
        Model model = GraphText.Parse("(x: f32[N,3]) => (a, b)\na = Shape(x)\nb = Shape<start=1>(x)");

        Assert.Equal(["computed Shape computing 'b'"], new FoldConstants().Apply(model).Rewrites);
    }

    [Fact]
    public void TheEvaluator_ComputesChains()
    {
        FoldConstants pass = new(Negate);
        (Model model, PassResult result) = Rewriting.Check("(x: f32[2]) => (y)\na = Neg(c: f32[2])\nb = Neg(a)\ny = Add(x, b)", pass);

        Assert.Equal(2, result.Count);
        Assert.Equal("Add", Assert.Single(model.Graph.Nodes).OpType);
    }

    [Theory]
    [InlineData("y = DequantizeLinear(q: i8[2]{1,2}, s: f32[]{0.5})")]
    [InlineData("y = RandomNormalLike(c: f32[2])")]
    [InlineData("y = Neg(x)")]
    public void LeavesAlone_QuantizedWeights_RandomNumbers_AndWhatDependsOnInputs(string node)
    {
        Model model = GraphText.Parse($"(x: f32[2]) => (y)\n{node}");
        Assert.Equal(0, new FoldConstants((_, _) => throw new InvalidOperationException("not to be asked")).Apply(model).Count);
    }

    [Theory]
    [InlineData("y = Abs(c: f32[2])", "the evaluator does not compute it", 1 << 20)]
    [InlineData("y = Neg(c: f32[4])", "its result takes 16 bytes", 15)]
    [InlineData("y: f32[100000,100000] = Neg(c: f32[4])", "its result takes 40000000000 bytes", 1 << 20)]
    public void Refuses_AndSaysWhy(string node, string reason, long maximumBytes) =>
        Rewriting.CheckRefused($"() => (y)\n{node}", new FoldConstants(Negate) { MaximumBytes = maximumBytes }, reason);

    private static IReadOnlyList<Tensor?>? Negate(Node node, IReadOnlyList<Tensor?> inputs) =>
        node.Is("Neg") ? [Tensor.From(Array.ConvertAll(inputs[0]!.AsSpan<float>().ToArray(), v => -v), inputs[0]!.Shape)] : null;
}
