using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Tests.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

/// <summary>Against a loop over every combination of indices.</summary>
public sealed class EinsumTests
{
    private static readonly Dictionary<char, int> s_extents = new() { ['a'] = 2, ['b'] = 3, ['i'] = 4, ['j'] = 5, ['k'] = 6 };

    [Theory]
    [InlineData("bij", "bjk", "bik")]
    [InlineData("ij", "jk", "ki")]
    [InlineData("abij", "abkj", "abik")]
    [InlineData("ijb", "bk", "kij")]
    [InlineData("i", "j", "ij")]
    [InlineData("ij", "ij", "")]
    [InlineData("ij", "ij", "ji")]
    [InlineData("ij", "k", "i")]
    [InlineData("iij", "j", "i")]
    public void EveryEquation_IsItsSum(string left, string right, string result)
    {
        Tensor x = SmallModels.Noise(1, ShapeOf(left));
        Tensor y = SmallModels.Noise(2, ShapeOf(right));
        string all = string.Concat((left + right).Distinct());
        double[] expected = new double[ShapeOf(result).ElementCount];
        int combinations = all.Aggregate(1, (n, c) => n * s_extents[c]);
        for (int combination = 0; combination < combinations; combination++)
        {
            int rest = combination;
            Dictionary<char, int> index = [];
            foreach (char c in all)
            {
                (rest, index[c]) = Math.DivRem(rest, s_extents[c]);
            }

            expected[Place(result, index)] += (double)x.AsSpan<float>()[Place(left, index)] * y.AsSpan<float>()[Place(right, index)];
        }

        Model model = GraphText.Parse($"(x: f32[{Extents(left)}], y: f32[{Extents(right)}]) => (z)\nz = Einsum<equation=\"{left},{right}->{result}\">(x, y)");
        using GraphExecutor executor = new(model);
        Tensor z = executor.Run(new Dictionary<string, Tensor> { ["x"] = x, ["y"] = y })["z"];

        Assert.Equal(ShapeOf(result), z.Shape);
        Assert.All(expected.Zip(z.AsSpan<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    private static Shape ShapeOf(string letters) => new([.. letters.Select(c => s_extents[c])]);

    private static string Extents(string letters) => string.Join(',', letters.Select(c => s_extents[c]));

    private static int Place(string letters, Dictionary<char, int> index) => letters.Aggregate(0, (place, c) => place * s_extents[c] + index[c]);
}
