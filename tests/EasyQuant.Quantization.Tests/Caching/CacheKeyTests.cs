using System.Reflection;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Caching;

public sealed class CacheKeyTests
{
    [Fact]
    public void PartsDoNotRunIntoEachOther()
    {
        CacheKey[] keys =
        [
            CacheKey.Of(h => { h.Add("ab"); h.Add("c"); }),
            CacheKey.Of(h => { h.Add("a"); h.Add("bc"); }),
            CacheKey.Of(h => { h.Add("abc"); h.Add(""); }),
            CacheKey.Of(h => { h.Add("abc"); h.Add((string?)null); }),
            CacheKey.Of(h => h.Add("abc")),
        ];
        Assert.Distinct(keys);
        Assert.Equal(keys[0], CacheKey.Of(h => { h.Add("ab"); h.Add("c"); }));
    }

    public static TheoryData<string, Action<Model>> Changes => new()
    {
        { "a weight", m => m.Graph.Initializers[0].Constant!.AsMutableSpan<float>()[3] += 1e-6f },
        { "an attribute", m => m.Graph.Nodes.First(n => n.Is("Conv")).Attributes["pads"] = new IntsAttribute([1, 1, 1, 0]) },
        { "another attribute", m => m.Graph.Nodes[0].Attributes["note"] = new StringAttribute("x") },
        { "a node's name", m => m.Graph.Nodes[0].Name += "x" },
        { "an operator", m => m.Graph.Nodes.First(n => n.Is("Relu")).OpType = "Sigmoid" },
        { "the operator set", m => m.OpsetImports[""] = 14 },
        { "a shape", m => m.Graph.Inputs[0].Type = new TensorValueType(DataType.Float32, new SymbolicShape([1, 3, 16, 16])) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void ChangeOfAModel_ChangesItsFingerprint(string what, Action<Model> change)
    {
        Model model = SmallNetwork.Create();
        CacheKey before = Fingerprint(model);
        change(model);
        Assert.True(before != Fingerprint(model), $"{what} was changed");
    }

    [Fact]
    public void FingerprintOfAModel_DoesNotDependOnTheObject_OrOnWhatIsNotComputed()
    {
        Model other = SmallNetwork.Create();
        other.Metadata["a"] = "b";
        other.DocString = "c";
        Assert.Equal(Fingerprint(SmallNetwork.Create()), Fingerprint(other));
    }

    // Whoever adds an option gets a wrong network from a cache unless the option is in the key.
    [Theory]
    [InlineData(typeof(EasyQuantOptions))]
    [InlineData(typeof(WeightReconstructionOptions))]
    public void EveryOptionOfASearch_IsInItsKey(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.Name != nameof(EasyQuantOptions.Rounds)))
        {
            object changed = Activator.CreateInstance(type)!;
            string before = TextOf(changed);
            property.SetValue(changed, Other(property.GetValue(changed)!));
            Assert.True(before != TextOf(changed), $"{type.Name}.{property.Name} is not in {before}");
        }
    }

    // What ScaleTableChanges does not write and compare would be lost where a search goes on.
    [Fact]
    public void EveryFieldOfAScaleTable_IsKept() => Assert.Equal(
        ["_biases", "_groupScales", "_integers", "_layerIndex", "_roundingScales", "_weightRange", "_weightScales"],
        typeof(ScaleTable).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Select(f => f.Name).Order());

    private static CacheKey Fingerprint(Model model) => CacheKey.Of(hash => ModelFingerprint.Add(hash, model));

    private static string TextOf(object options) => options is EasyQuantOptions search ? search.CacheText : ((WeightReconstructionOptions)options).CacheText;

    private static object Other(object value) => value switch
    {
        bool b => !b,
        int i => i + 1,
        double d => d * 1.0000001,
        Enum e => Enum.GetValues(e.GetType()).Cast<object>().First(v => !v.Equals(e)),
        IReadOnlyList<double> list => (IReadOnlyList<double>)[.. list, 0.5],
        _ => throw new NotSupportedException($"Teach this test to change a {value.GetType()}."),
    };
}
