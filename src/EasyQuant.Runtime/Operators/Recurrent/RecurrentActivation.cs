using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>The functions that recurrent operators name in their attribute <c>activations</c>.</summary>
internal static class RecurrentActivation
{
    /// <summary>The functions of every direction one after another; by default those given, for each direction.</summary>
    public static Func<float, float>[] Of(OperatorSite site, int directions, params string[] defaults)
    {
        string[] names = site.Node.GetStrings("activations") is { Count: > 0 } given ? [.. given] : [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        if (names.Length != directions * defaults.Length)
        {
            throw new InvalidModelException($"{site.Node.Label}: {names.Length} activations are given, expected {directions * defaults.Length}.");
        }

        // Alphas and betas are given only to the functions that have them, in their order.
        Queue<float> alphas = new(site.Node.GetFloats("activation_alpha") ?? []);
        Queue<float> betas = new(site.Node.GetFloats("activation_beta") ?? []);
        return Array.ConvertAll(names, n => Of(site, n.ToUpperInvariant(), alphas, betas));
    }

    private static Func<float, float> Of(OperatorSite site, string name, Queue<float> alphas, Queue<float> betas)
    {
        switch (name)
        {
            case "TANH": return MathF.Tanh;
            case "SIGMOID": return x => 1 / (1 + MathF.Exp(-x));
            case "RELU": return x => MathF.Max(0, x);
            case "SOFTSIGN": return x => x / (1 + MathF.Abs(x));
            case "SOFTPLUS": return x => MathF.Max(x, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x)));
        }

        float alpha = Next(alphas, name switch { "AFFINE" or "SCALEDTANH" or "ELU" or "THRESHOLDEDRELU" => 1, "HARDSIGMOID" => 0.2f, _ => 0.01f });
        switch (name)
        {
            case "LEAKYRELU": return x => x < 0 ? alpha * x : x;
            case "THRESHOLDEDRELU": return x => x > alpha ? x : 0;
            case "ELU": return x => x < 0 ? alpha * (MathF.Exp(x) - 1) : x;
        }

        float beta = Next(betas, name switch { "AFFINE" => 0, "HARDSIGMOID" => 0.5f, _ => 1 });
        return name switch
        {
            "AFFINE" => x => alpha * x + beta,
            "SCALEDTANH" => x => alpha * MathF.Tanh(beta * x),
            "HARDSIGMOID" => x => Math.Clamp(alpha * x + beta, 0, 1),
            _ => throw site.Unsupported($"activation '{name}'"),
        };
    }

    private static float Next(Queue<float> given, float absent) => given.TryDequeue(out float value) ? value : absent;
}
