using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Testing;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Sound models to begin with: the one in this repository, and those among the assets where there are any.</summary>
internal static class ModelSeeds
{
    private const long LongestTestModel = 64 << 10;

    private static readonly Lazy<WireMessage[]> s_real = new(() =>
    [
        .. new[] { RepositoryModel, Asset("models", "cifar10_resnet20.onnx"), Asset("models", "super_resolution_x3.onnx"), Asset("models", "squeezenet1.1.onnx") }
            .OfType<string>().Where(File.Exists).Select(ReadModel),
    ]);

    private static readonly Lazy<WireMessage[]> s_operators = new(ReadOperators);

    private static readonly Lazy<string[]> s_operatorNames = new(() =>
        [.. s_operators.Value.Concat(s_real.Value).SelectMany(NodesOf).SelectMany(n => n.Of(4)).Select(f => f.Text).Distinct().Order(StringComparer.Ordinal)]);

    /// <summary>The small trained network that <c>easyquant demo</c> uses.</summary>
    public static string RepositoryModel { get; } = Path.Combine(Assets.RepositoryRoot, "src", "EasyQuant.Cli", "Demo", "fashion_mnist.onnx");

    /// <summary>Whole networks.</summary>
    public static WireMessage[] Real => s_real.Value;

    /// <summary>ONNX's own tests of single operators with their inputs inside: as constants, or as defaults of the graph's inputs.</summary>
    public static WireMessage[] Operators => s_operators.Value;

    /// <summary>The operators that occur.</summary>
    public static IReadOnlyList<string> OperatorNames => s_operatorNames.Value;

    /// <summary>A file of the assets, or nothing where there are none.</summary>
    public static string? Asset(params string[] parts) => Assets.Folder is null ? null : Path.Combine([Assets.Folder, .. parts]);

    private static WireMessage ReadModel(string path) => WireMessage.Parse(File.ReadAllBytes(path), OnnxSchema.Model);

    private static IEnumerable<WireMessage> NodesOf(WireMessage model) => model.All().Where(m => m.Type == OnnxSchema.Node);

    private static WireMessage[] ReadOperators()
    {
        if (Asset("onnx-backend-tests.tar.gz") is not { } archive || !File.Exists(archive))
        {
            return s_real.Value;
        }

        List<WireMessage> models = [];
        foreach (BackendTest test in BackendTests.TestsOrSkip("node"))
        {
            if (new FileInfo(test.ModelPath).Length < LongestTestModel && test.DataSets.Count > 0)
            {
                WireMessage model = ReadModel(test.ModelPath);
                Feed(model, test.DataSets[0].Inputs);
                if (models.Count % 2 == 0)
                {
                    model.Of(7).First().Message!.Fields.RemoveAll(f => f.Number == 11);
                }

                models.Add(model);
            }
        }

        return [.. models];
    }

    // What a test feeds becomes an initializer of the input's name.
    private static void Feed(WireMessage model, IReadOnlyList<string> inputs)
    {
        WireMessage graph = model.Of(7).First().Message!;
        foreach ((WireField input, string path) in graph.Of(11).ToArray().Zip(inputs))
        {
            if (input.Message!.Of(2).FirstOrDefault()?.Message is { } type && type.Of(1).Any())
            {
                WireMessage tensor = WireMessage.Parse(File.ReadAllBytes(path), OnnxSchema.Tensor);
                tensor.Fields.RemoveAll(f => f.Number == 8);
                graph.Add(5, tensor.Add(8, input.Message.Of(1).First().Bytes));
            }
        }
    }
}
