using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>One operator of a plan with the slots it reads and writes.</summary>
/// <param name="Node">The node it computes, or the first of those it computes.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">The slot of each input; -1 where it is absent.</param>
/// <param name="Outputs">The slot of each output; -1 where it is absent or read by nobody.</param>
/// <param name="LastReads">The slots that nobody reads after this step.</param>
internal sealed record PlanStep(Node Node, IOperator Operator, int[] Inputs, int[] Outputs, int[] LastReads)
{
    /// <summary>Computes a node by itself, on this thread.</summary>
    /// <exception cref="InvalidModelException">It cannot be computed with these inputs.</exception>
    public static Tensor?[] Once(Node node, int opset, Tensor?[] inputs) =>
        new PlanStep(node, OperatorTable.Create(node, opset), [], [], []).Compute(inputs, new OperatorContext(WorkerPool.Inline));

    /// <summary>Runs the operator; whatever it finds wrong with its inputs is reported under the node's name.</summary>
    public Tensor?[] Compute(Tensor?[] inputs, OperatorContext context)
    {
        try
        {
            return Operator.Run(inputs, context);
        }
        catch (Exception error) when (OperatorFailure.IsOfTheModel(error))
        {
            throw new InvalidModelException(Describe(error, inputs), error);
        }
        catch (Exception error) when (OperatorFailure.Cause(error) is UnsupportedOperatorInputException)
        {
            throw new UnsupportedModelException(Describe(error, inputs), error);
        }
    }

    private string Describe(Exception error, Tensor?[] inputs) =>
        $"{Node.Label}: {OperatorFailure.Describe(error)} The inputs were {string.Join(", ", inputs.Select(i => i?.ToString() ?? "-"))}.";
}
