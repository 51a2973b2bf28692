using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Control;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Runtime.Operators.Normalization;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>FlexAttention: <c>y = g(softmax(f(scale · q · kᵀ))) · v</c> for each head; f and g are graphs of the node, or nothing.</summary>
internal sealed class FlexAttention(OperatorSite site) : IOperator
{
    private static readonly IOperator s_multiply = new BinaryOperator<Multiply>(new Multiply());
    private readonly IOperator _softmax = new Softmax(axis: -1);
    private readonly float _scale = site.Node.GetFloat("scale", 0);
    private readonly int _inputs = site.Node.Inputs.Count;
    private readonly NestedGraph? _scoreGraph = site.Node.Attributes.ContainsKey("score_mod") ? new NestedGraph(site, "score_mod") : null;
    private readonly NestedGraph? _weightGraph = site.Node.Attributes.ContainsKey("prob_mod") ? new NestedGraph(site, "prob_mod") : null;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor q = inputs.Required(0);
        if (SinglePrecision.IsFor(q.Type))
        {
            return SinglePrecision.Run(this, inputs, context);
        }

        int shared = AttentionProducts.Check(q, inputs.Required(1), inputs.Required(2));
        double scale = _scale == 0 ? 1 / Math.Sqrt(q.Shape[3]) : _scale;
        Tensor scores = AttentionProducts.Scores(q, inputs.Required(1), shared, context);
        Tensor factor = Reals.Make([scale], Shape.Scalar, q.Type, context);
        scores = Apply(_scoreGraph, s_multiply.Run([scores, factor], context)[0]!, inputs, context);
        Tensor weights = Apply(_weightGraph, _softmax.Run([scores], context)[0]!, inputs, context);
        return [AttentionProducts.Weighted(weights, inputs.Required(2), shared, context)];
    }

    private Tensor Apply(NestedGraph? graph, Tensor x, ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (graph is null)
        {
            return x;
        }

        Tensor y = graph.Run([x], inputs[_inputs..], context)[0];
        return y.Shape == x.Shape && y.Type == x.Type ? y : throw new InvalidOperatorInputException($"A nested graph makes {y} of {x}, expected the same type and shape.");
    }
}
