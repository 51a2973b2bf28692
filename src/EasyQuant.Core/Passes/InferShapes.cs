using EasyQuant.Graphs;
using EasyQuant.Passes.Shapes;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Notes the element type and the shape of what each node computes, as far as they follow from the inputs.</summary>
/// <remarks>
/// Extents are numbers, symbols that are carried along (<c>N</c> stays <c>N</c> through a convolution), or unknown; operators
/// without a rule leave their outputs as they are declared. Small integer tensors are followed too, with symbols among their
/// elements, because exporters compute the target of a Reshape from the Shape of something. What is inferred replaces what
/// is declared where both say something and differ: declared types are often left over from before a model was edited.
/// Graph inputs are believed.
/// </remarks>
public sealed class InferShapes : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(InferShapes);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        Visit(model.Graph, model.Opset, scope, new KnownIntegers(scope), log);
        return log.Result;
    }

    private static void Visit(Graph graph, int opset, GraphScope scope, KnownIntegers integers, RewriteLog log)
    {
        foreach (Node node in graph.Nodes)
        {
            foreach (Graph nested in node.Subgraphs)
            {
                Visit(nested, opset, scope, integers, log);
            }

            if (ShapeRules.Find(node) is not { } rule)
            {
                continue;
            }

            ShapeSite site = new(node, opset, integers);
            rule(site);
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } value && site.Inferred(i) is { } inferred)
                {
                    Note(node, value, inferred, log);
                }
            }
        }
    }

    private static void Note(Node node, Value value, TensorValueType inferred, RewriteLog log)
    {
        TensorValueType? declared = value.TensorType;
        TensorValueType merged = declared is null ? inferred : Merge(node, value, declared, inferred, log);
        if (!merged.Equals(declared) && !log.IsFull && (merged.ElementType != DataType.Undefined || merged.Shape is not null))
        {
            value.Type = merged;
            log.Rewrote($"{value.Name} is {merged}");
        }
    }

    private static TensorValueType Merge(Node node, Value value, TensorValueType declared, TensorValueType inferred, RewriteLog log)
    {
        DataType type = inferred.ElementType == DataType.Undefined ? declared.ElementType : inferred.ElementType;
        if (inferred.Shape is not { } shape || declared.Shape is not { } former)
        {
            return new TensorValueType(type, inferred.Shape ?? declared.Shape);
        }

        bool contradicts = shape.Rank != former.Rank
            || shape.Dimensions.Zip(former.Dimensions).Any(d => d.First.Value is { } a && d.Second.Value is { } b && a != b);
        if (contradicts)
        {
            log.Refuse(node, $"'{value.Name}' is declared {declared}, which contradicts its inputs: it is {inferred}");
            return new TensorValueType(type, shape);
        }

        return new TensorValueType(type, new SymbolicShape(
            [.. shape.Dimensions.Zip(former.Dimensions, (i, d) => i.Value is null && i.Symbol is null ? d : i)]));
    }
}
