using EasyQuant.Graphs;
using EasyQuant.Runtime.Operators;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>Knows which operators can be computed, and makes them.</summary>
public static class OperatorTable
{
    private static readonly OperatorRegistry s_registry = StandardOperators.Register(new OperatorRegistry());

    /// <summary>Makes a node ready to run.</summary>
    /// <param name="node">The node.</param>
    /// <param name="opset">The version of its domain's operator set; for nested graphs that of the standard one too.</param>
    /// <param name="constantOf">What is known of a value beforehand; by default <see cref="Value.Constant"/>.</param>
    /// <exception cref="UnsupportedOperatorException">The operator, this version of it or this form of it is not implemented.</exception>
    /// <exception cref="InvalidModelException">The node contradicts its operator's definition.</exception>
    public static IOperator Create(Node node, int opset, Func<Value, Tensor?>? constantOf = null) =>
        Create(node, domain => domain == node.Domain || domain.Length == 0 ? opset : 1, constantOf ?? (v => v.Constant), CopyBudget.Unlimited);

    /// <summary>Makes a node ready to run whose nested graphs may use operators of other domains.</summary>
    internal static IOperator Create(Node node, Func<string, int> opsetOf, Func<Value, Tensor?> constantOf, CopyBudget copies)
    {
        OperatorSite site = new(node, opsetOf, constantOf, copies);
        OperatorFactory factory = s_registry.Find(site);
        try
        {
            return factory(site);
        }
        catch (Exception error) when (OperatorFailure.IsOfTheModel(error))
        {
            throw new InvalidModelException($"{node.Label}: its attributes do not make an operator: {OperatorFailure.Describe(error)}", error);
        }
        catch (UnsupportedOperatorInputException error)
        {
            throw site.Unsupported(error.Message);
        }
    }

    /// <summary>The operators that are implemented in any version.</summary>
    internal static IEnumerable<string> Names => s_registry.Names;

    /// <summary>Whether an operator draws random numbers, so that another program's outputs are no measure of ours.</summary>
    public static bool IsRandom(Node node) => node.Domain.Length == 0
        && node.OpType is "Bernoulli" or "Multinomial" or "RandomNormal" or "RandomNormalLike" or "RandomUniform" or "RandomUniformLike";

    /// <summary>Whether an operator of this name is implemented in any version.</summary>
    public static bool Knows(string opType, string domain = "") => s_registry.Contains(domain, opType);
}
