using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Folds a BatchNormalization into the matrix product in front of it: Gemm, MatMul, or MatMul and Add.</summary>
/// <remarks>
/// A Gemm computes <c>v[n,o] = α·Σ A[n,k]·B[k,o] + β·C[o]</c>; normalized to <c>a[o]·v + c[o]</c> it becomes
/// <c>α·Σ A[n,k]·(B[k,o]·a[o]) + (a[o]·β·C[o] + c[o])</c>, so <c>B' = B·diag(a)</c>, <c>C' = a·β·C + c</c>, <c>β' = 1</c>. A MatMul
/// is the case <c>α = β = 1</c> whose <c>C</c> stands in an Add of its own; where there is none, the normalization turns into one.
/// Batch normalization has its channels in dimension 1, so a MatMul folds only when its result is a matrix.
/// </remarks>
public sealed class FoldBatchNormIntoGemm : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldBatchNormIntoGemm);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node norm in graph.Nodes.Where(n => n.Is("BatchNormalization")).ToArray())
            {
                if (!log.IsFull && Match(graph, norm, scope, log) is { } match)
                {
                    TryFold(graph, norm, match, model.Opset, scope, log);
                }
            }
        }

        return log.Result;
    }

    private static Product? Match(Graph graph, Node norm, GraphScope scope, RewriteLog log)
    {
        Node? front = norm.InputOrDefault(0)?.Producer;
        Node? add = front is not null && front.Is("Add") ? front : null;
        int biasIndex = add?.Inputs.ToList().FindIndex(scope.IsConstant) ?? 2;
        Node? product = add is null ? front : biasIndex < 0 ? null : add.Inputs[1 - biasIndex]?.Producer;
        if (product is null || !(product.Is("MatMul") || (product.Is("Gemm") && add is null)))
        {
            return null;
        }

        foreach (Value hidden in new[] { product.Outputs[0], add?.Outputs[0] }.OfType<Value>())
        {
            if (scope.OnlyReader(hidden) is null)
            {
                log.Refuse(norm, $"'{hidden.Name}' has several readers or is an output of the graph");
                return null;
            }
        }

        if (!graph.Nodes.Contains(product) || (add is not null && !graph.Nodes.Contains(add)))
        {
            log.Refuse(norm, $"{product.Label} lies in a graph around it");
            return null;
        }

        return new Product(product, add, product.Is("Gemm") ? product : add, biasIndex);
    }

    private static bool TryFold(Graph graph, Node norm, Product match, int opset, GraphScope scope, RewriteLog log)
    {
        Node product = match.Node;
        Value? weight = product.InputOrDefault(1);
        Value? bias = match.BiasOwner?.InputOrDefault(match.BiasIndex);
        if (!scope.IsConstant(weight) || (bias is not null && !scope.IsConstant(bias)))
        {
            return log.Refuse(norm, $"the weight or the bias of {product.Label} is not constant");
        }

        if (weight!.Constant is not { Type: DataType.Float32, Shape.Rank: 2 } matrix)
        {
            return log.Refuse(norm, $"the weight of {product.Label} is {weight.Constant}; expected an f32 matrix");
        }

        if (scope.OnlyReader(weight) is null)
        {
            return log.Refuse(norm, $"weight '{weight.Name}' of {product.Label} is shared");
        }

        if (product.Is("MatMul") && product.InputOrDefault(0)?.Shape is not { Rank: 2 })
        {
            return log.Refuse(norm, $"the result of {product.Label} is not known to be a matrix, so its columns may not be the channels");
        }

        if (!BatchNormAffine.TryRead(norm, opset, scope, log, out BatchNormAffine affine))
        {
            return false;
        }

        bool transposed = product.Is("Gemm") && product.GetInt("transB", 0) != 0;
        int channels = matrix.Shape[transposed ? 0 : 1];
        if (channels != affine.Channels)
        {
            return log.Refuse(norm, $"it has {affine.Channels} channels and {product.Label} has {channels}");
        }

        if (bias is not null && !IsRow(bias.Constant!, channels))
        {
            return log.Refuse(norm, $"the bias of {product.Label} is {bias.Constant}; expected one f32 number, or one for each of {channels} columns");
        }

        double beta = product.Is("Gemm") ? product.GetFloat("beta", 1) : 1;
        Tensor foldedBias = FoldedBias(bias?.Constant, beta, affine);
        log.Rewrote($"{norm.Label} into {product.Label}");
        graph.ReplaceConstant(product, 1, FoldedWeight(matrix, transposed, affine), scope, "weight");
        AttachBias(graph, norm, match, foldedBias, scope);
        return true;
    }

    private static void AttachBias(Graph graph, Node norm, Product match, Tensor bias, GraphScope scope)
    {
        Value result = norm.Outputs[0]!;
        string stem = match.Node.Inputs[1]!.Name + "_bias";
        if (match.BiasOwner is not { } owner)
        {
            Value product = norm.Inputs[0]!;
            string name = norm.Name;
            Node position = norm;
            Node add = new("Add", [product, graph.AddConstant(graph.UniqueName(stem), bias)], [], name);
            graph.InsertBefore(position, add);
            graph.Remove(norm);
            add.AddOutput(result);
            return;
        }

        graph.ReplaceConstant(owner, match.BiasIndex, bias, scope, stem);
        if (owner.Is("Gemm"))
        {
            owner.Attributes.Remove("beta");
        }

        graph.Remove(norm);
        owner.SetOutput(0, result);
    }

    private static bool IsRow(Tensor bias, int channels) =>
        bias.Type == DataType.Float32 && bias.Shape.Rank <= 2 && (bias.Count == 1 || (bias.Count == channels && bias.Shape[^1] == channels));

    private static Tensor FoldedBias(Tensor? bias, double beta, BatchNormAffine affine)
    {
        float[] folded = new float[affine.Channels];
        for (int o = 0; o < folded.Length; o++)
        {
            double former = bias is null ? 0 : bias.AsSpan<float>()[bias.Count == 1 ? 0 : o];
            folded[o] = (float)(affine.Scale[o] * beta * former + affine.Shift[o]);
        }

        return Tensor.From(folded, [folded.Length]);
    }

    private static Tensor FoldedWeight(Tensor matrix, bool transposed, BatchNormAffine affine)
    {
        float[] folded = matrix.AsSpan<float>().ToArray();
        int columns = matrix.Shape[1];
        for (int i = 0; i < folded.Length; i++)
        {
            folded[i] = (float)(folded[i] * affine.Scale[transposed ? i / columns : i % columns]);
        }

        return Tensor.From(folded, matrix.Shape);
    }

    /// <summary>The matched product, the Add behind it, and where the bias is read: by the Gemm, the Add, or nowhere.</summary>
    private sealed record Product(Node Node, Node? Add, Node? BiasOwner, int BiasIndex);
}
