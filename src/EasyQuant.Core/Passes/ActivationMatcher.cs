using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Compares what reads one value with the forms that activations are written in.</summary>
internal static class ActivationMatcher
{
    // Exporters write 1/6 with more or fewer digits.
    private const float Tolerance = 1e-5f;

    /// <summary>The activation that is all that reads <paramref name="value"/>, or nothing.</summary>
    public static ActivationPattern? Match(Node producer, Value value, int opset, GraphScope scope, RewriteLog log)
    {
        List<Node> readers = [.. value.Uses.Select(u => u.Node).Distinct()];
        ActivationPattern? pattern = readers switch
        {
            [var only] => MatchOne(producer, only, opset, scope, log),
            [var first, var second] => MatchProduct(producer, value, first, second, opset, scope) ?? MatchProduct(producer, value, second, first, opset, scope),
            _ => null,
        };

        if (pattern is null && readers.Count > 1 && readers.Find(r => r.Is("Relu") || r.Is("Clip")) is { } activation)
        {
            log.Refuse(activation, $"'{value.Name}' in front of it has {readers.Count} readers");
        }

        return pattern;
    }

    private static ActivationPattern? MatchOne(Node producer, Node node, int opset, GraphScope scope, RewriteLog log)
    {
        if (node.Is("Relu"))
        {
            return new ActivationPattern(producer, ActivationKind.Clamp, 0, float.PositiveInfinity, [node]);
        }

        if (node.Is("HardSwish"))
        {
            return new ActivationPattern(producer, ActivationKind.HardSwish, float.NegativeInfinity, float.PositiveInfinity, [node]);
        }

        if (node.Is("Swish") && node.GetFloat("alpha", 1) == 1)
        {
            return new ActivationPattern(producer, ActivationKind.Silu, float.NegativeInfinity, float.PositiveInfinity, [node]);
        }

        if (!node.Is("Clip"))
        {
            return null;
        }

        if (Bounds(node, opset, scope) is { } bounds)
        {
            return new ActivationPattern(producer, ActivationKind.Clamp, bounds.Minimum, bounds.Maximum, [node]);
        }

        log.Refuse(node, "its bounds are not constant f32 scalars");
        return null;
    }

    /// <summary>Matches <c>gate(v)·v</c>, where <paramref name="gate"/> reads <c>v</c> and <paramref name="last"/> reads <c>v</c> beside the gate's result.</summary>
    private static ActivationPattern? MatchProduct(Node producer, Value value, Node gate, Node last, int opset, GraphScope scope)
    {
        if (!last.Is("Mul"))
        {
            return null;
        }

        ActivationKind kind = ActivationKind.Silu;
        List<Node> nodes = [gate];
        bool divided = true;
        if (gate.Is("HardSigmoid") && IsNear(gate.GetFloat("alpha", 0.2f), 1f / 6) && IsNear(gate.GetFloat("beta", 0.5f), 0.5f))
        {
            kind = ActivationKind.HardSwish;
        }
        else if (gate.Is("Add") && IsNear(OtherConstant(gate, value, scope), 3) && Next(gate, scope) is { } clip && clip.Is("Clip")
            && Bounds(clip, opset, scope) is (0, 6))
        {
            kind = ActivationKind.HardSwish;
            nodes.Add(clip);
            divided = Next(clip, scope) is { } sixth && IsSixth(sixth, clip.Outputs[0]!, scope);
            if (divided)
            {
                nodes.Add(Next(clip, scope)!);
            }
        }
        else if (!gate.Is("Sigmoid"))
        {
            return null;
        }

        if (Next(nodes[^1], scope) != last)
        {
            return null;
        }

        nodes.Add(last);
        if (!divided)
        {
            if (Next(last, scope) is not { } sixth || !IsSixth(sixth, last.Outputs[0]!, scope))
            {
                return null;
            }

            nodes.Add(sixth);
        }

        return new ActivationPattern(producer, kind, float.NegativeInfinity, float.PositiveInfinity, nodes);
    }

    private static Node? Next(Node node, GraphScope scope) => node.Outputs[0] is { } value ? scope.OnlyReader(value) : null;

    private static bool IsSixth(Node node, Value value, GraphScope scope) =>
        (node.Is("Div") && node.Inputs[0] == value && IsNear(Scalar(node.Inputs[1], scope), 6))
        || (node.Is("Mul") && IsNear(OtherConstant(node, value, scope), 1f / 6));

    private static float? OtherConstant(Node node, Value value, GraphScope scope) =>
        Scalar(node.Inputs[0] == value ? node.InputOrDefault(1) : node.Inputs[0], scope);

    /// <summary>The bounds of a Clip: attributes before opset 11, inputs since; an absent one is infinite.</summary>
    private static (float Minimum, float Maximum)? Bounds(Node clip, int opset, GraphScope scope)
    {
        if (opset < 11)
        {
            return (clip.GetFloat("min", float.NegativeInfinity), clip.GetFloat("max", float.PositiveInfinity));
        }

        float? minimum = clip.InputOrDefault(1) is { } low ? Scalar(low, scope) : float.NegativeInfinity;
        float? maximum = clip.InputOrDefault(2) is { } high ? Scalar(high, scope) : float.PositiveInfinity;
        return minimum is { } min && maximum is { } max ? (min, max) : null;
    }

    private static float? Scalar(Value? value, GraphScope scope) =>
        scope.IsConstant(value) && value!.Constant is { Type: DataType.Float32, Count: 1 } tensor ? tensor.AsSpan<float>()[0] : null;

    private static bool IsNear(float? number, float expected) => number is { } n && Math.Abs(n - expected) <= Tolerance * Math.Abs(expected);
}
