using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Linear;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>One direction of a recurrent operator during one run: its weights, and the state of every batch entry.</summary>
internal sealed class RecurrentDirection
{
    private readonly FloatProduct _inputWeights;
    private readonly int _inputs;

    /// <param name="w">Input weights of this direction, <c>gates · hidden</c> rows.</param>
    /// <param name="r">Recurrent weights, as many rows.</param>
    /// <param name="bias">Input biases and recurrent biases, or nothing.</param>
    /// <param name="inputs">The width of an input.</param>
    /// <param name="hidden">The width of a state.</param>
    /// <param name="gates">How many gates there are.</param>
    public RecurrentDirection(ReadOnlySpan<float> w, ReadOnlySpan<float> r, ReadOnlySpan<float> bias, int inputs, int hidden, int gates)
    {
        Width = gates * hidden;
        _inputs = inputs;
        _inputWeights = new FloatProduct(w, inputs, Width, 1, inputs);
        RecurrentWeights = new FloatProduct[gates];
        for (int gate = 0; gate < gates; gate++)
        {
            RecurrentWeights[gate] = new FloatProduct(r.Slice(gate * hidden * hidden, hidden * hidden), hidden, hidden, 1, hidden);
        }

        InputBias = bias.IsEmpty ? new float[Width] : bias[..Width].ToArray();
        RecurrentBias = bias.IsEmpty ? new float[Width] : bias[Width..].ToArray();
    }

    /// <summary>The width of all gates.</summary>
    public int Width { get; }

    /// <summary>The recurrent weights of each gate.</summary>
    public FloatProduct[] RecurrentWeights { get; }

    /// <summary>The biases that belong to the inputs.</summary>
    public float[] InputBias { get; }

    /// <summary>The biases that belong to the states.</summary>
    public float[] RecurrentBias { get; }

    /// <summary>The functions of the gates.</summary>
    public required Func<float, float>[] Activations { get; init; }

    /// <summary>The weights from the cell to the gates, where there are any.</summary>
    public float[]? Peepholes { get; init; }

    /// <summary>The hidden state of each batch entry.</summary>
    public required float[] Hidden { get; init; }

    /// <summary>The cell state of each batch entry; empty where the operator has none.</summary>
    public required float[] Cell { get; init; }

    /// <summary><c>x · wᵀ</c> with the input biases for rows of inputs.</summary>
    public float[] Inputs(ReadOnlySpan<float> rows, OperatorContext context)
    {
        int count = rows.Length / Math.Max(1, _inputs);
        float[] products = Multiply(_inputWeights, rows, count, _inputs, Width, context);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = products.AsSpan(i * Width, Width);
            TensorPrimitives.Add(row, InputBias, row);
        }

        return products;
    }

    /// <summary><c>h · rᵀ</c> for one gate and a state of each batch entry.</summary>
    public float[] Recur(int gate, float[] states, int batch, OperatorContext context)
    {
        int hidden = Width / RecurrentWeights.Length;
        return Multiply(RecurrentWeights[gate], states, batch, hidden, hidden, context);
    }

    private static float[] Multiply(FloatProduct weights, ReadOnlySpan<float> rows, int count, int depth, int columns, OperatorContext context)
    {
        Tensor products = Tensor.Allocate(DataType.Float32, [count, columns]);
        weights.Run(FloatTileKernel.PackStrips(rows, count, depth, depth, 1), count, products, 0, float.NegativeInfinity, float.PositiveInfinity, context);
        return products.AsSpan<float>().ToArray();
    }
}
