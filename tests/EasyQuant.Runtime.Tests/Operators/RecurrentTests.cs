using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Tests.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

/// <summary>Against the definitions, one number at a time in double precision.</summary>
public sealed class RecurrentTests
{
    private const int Steps = 5;
    private const int Batch = 3;
    private const int Inputs = 4;
    private const int Hidden = 6;

    private static readonly int[] s_lengths = [5, 2, 4];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Gru_ComputesBothDirections_AndStopsAtEachEnd(int resetsProduct)
    {
        IReadOnlyDictionary<string, Tensor> outputs = Run(
            $"(x: f32[{Steps},{Batch},{Inputs}], w: f32[2,{3 * Hidden},{Inputs}], r: f32[2,{3 * Hidden},{Hidden}], b: f32[2,{6 * Hidden}], h: f32[2,{Batch},{Hidden}]) => (y, last)\n"
            + $"y, last = GRU<hidden_size={Hidden}, direction=\"bidirectional\", linear_before_reset={resetsProduct}>(x, w, r, b, i32[3]{{5,2,4}}, h)",
            out Dictionary<string, Tensor> inputs);

        for (int d = 0; d < 2; d++)
        {
            Weights weights = new(inputs, d, 3);
            CompareWithReference(outputs, d, (x, h, _) =>
            {
                double[] z = [.. Enumerable.Range(0, Hidden).Select(j => Sigmoid(weights.Input(x, 0, j) + weights.State(h, 0, j)))];
                double[] r = [.. Enumerable.Range(0, Hidden).Select(j => Sigmoid(weights.Input(x, 1, j) + weights.State(h, 1, j)))];
                double[] reset = [.. h.Zip(r, (a, b) => a * b)];
                return ([.. Enumerable.Range(0, Hidden).Select(j =>
                {
                    double n = Math.Tanh(weights.Input(x, 2, j) + (resetsProduct == 1 ? r[j] * weights.State(h, 2, j) : weights.State(reset, 2, j)));
                    return (1 - z[j]) * n + z[j] * h[j];
                })], []);
            }, inputs);
        }
    }

    [Fact]
    public void Lstm_ComputesBothDirections_WithPeepholes_AndStopsAtEachEnd()
    {
        IReadOnlyDictionary<string, Tensor> outputs = Run(
            $"(x: f32[{Steps},{Batch},{Inputs}], w: f32[2,{4 * Hidden},{Inputs}], r: f32[2,{4 * Hidden},{Hidden}], b: f32[2,{8 * Hidden}], h: f32[2,{Batch},{Hidden}], c: f32[2,{Batch},{Hidden}], p: f32[2,{3 * Hidden}]) => (y, last, cell)\n"
            + $"y, last, cell = LSTM<hidden_size={Hidden}, direction=\"bidirectional\">(x, w, r, b, i32[3]{{5,2,4}}, h, c, p)",
            out Dictionary<string, Tensor> inputs);

        for (int d = 0; d < 2; d++)
        {
            Weights weights = new(inputs, d, 4);
            double[] p = Row(inputs["p"], d, 3 * Hidden);
            CompareWithReference(outputs, d, (x, h, c) =>
            {
                double[] nextCell = new double[Hidden];
                double[] next = new double[Hidden];
                for (int j = 0; j < Hidden; j++)
                {
                    double i = Sigmoid(weights.Input(x, 0, j) + weights.State(h, 0, j) + p[j] * c[j]);
                    double f = Sigmoid(weights.Input(x, 2, j) + weights.State(h, 2, j) + p[2 * Hidden + j] * c[j]);
                    nextCell[j] = f * c[j] + i * Math.Tanh(weights.Input(x, 3, j) + weights.State(h, 3, j));
                    double o = Sigmoid(weights.Input(x, 1, j) + weights.State(h, 1, j) + p[Hidden + j] * nextCell[j]);
                    next[j] = o * Math.Tanh(nextCell[j]);
                }

                return (next, nextCell);
            }, inputs);
        }
    }

    private delegate (double[] Hidden, double[] Cell) Step(double[] x, double[] hidden, double[] cell);

    private static void CompareWithReference(IReadOnlyDictionary<string, Tensor> outputs, int d, Step step, Dictionary<string, Tensor> inputs)
    {
        for (int b = 0; b < Batch; b++)
        {
            double[] hidden = Row(inputs["h"], d * Batch + b, Hidden);
            double[] cell = inputs.TryGetValue("c", out Tensor? c) ? Row(c, d * Batch + b, Hidden) : [];
            double[][] expected = [.. Enumerable.Repeat(new double[Hidden], Steps)];
            for (int i = 0; i < s_lengths[b]; i++)
            {
                int time = d == 0 ? i : s_lengths[b] - 1 - i;
                (hidden, cell) = step(Row(inputs["x"], time * Batch + b, Inputs), hidden, cell);
                expected[time] = hidden;
            }

            for (int time = 0; time < Steps; time++)
            {
                AssertClose(expected[time], Row(outputs["y"], (time * 2 + d) * Batch + b, Hidden));
            }

            AssertClose(hidden, Row(outputs["last"], d * Batch + b, Hidden));
            if (outputs.TryGetValue("cell", out Tensor? lastCell))
            {
                AssertClose(cell, Row(lastCell, d * Batch + b, Hidden));
            }
        }
    }

    private static void AssertClose(double[] expected, double[] found) => Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-5));

    private static IReadOnlyDictionary<string, Tensor> Run(string text, out Dictionary<string, Tensor> inputs)
    {
        Model model = GraphText.Parse(text, opset: 22);
        inputs = model.Graph.RequiredInputs.Select((v, i) => (v.Name, SmallModels.Noise(i, v.Shape!.ToStatic()!.Value))).ToDictionary();
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 2 });
        return executor.Run(inputs);
    }

    private static double[] Row(Tensor x, int row, int length) => Array.ConvertAll(x.AsSpan<float>().Slice(row * length, length).ToArray(), v => (double)v);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed class Weights(Dictionary<string, Tensor> inputs, int direction, int gates)
    {
        private readonly double[] _w = Row(inputs["w"], direction, gates * Hidden * Inputs);
        private readonly double[] _r = Row(inputs["r"], direction, gates * Hidden * Hidden);
        private readonly double[] _b = Row(inputs["b"], direction, 2 * gates * Hidden);

        public double Input(double[] x, int gate, int j) =>
            Enumerable.Range(0, Inputs).Sum(k => _w[(gate * Hidden + j) * Inputs + k] * x[k]) + _b[gate * Hidden + j];

        public double State(double[] h, int gate, int j) =>
            Enumerable.Range(0, Hidden).Sum(k => _r[(gate * Hidden + j) * Hidden + k] * h[k]) + _b[(gates + gate) * Hidden + j];
    }
}
