using System.Globalization;
using EasyQuant.Data;
using EasyQuant.Evaluation.Conformance;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Conformance;

/// <summary>A folder of ONNX's test data: a model, and for each data set its inputs and the outputs expected.</summary>
internal static class TestFolder
{
    private const string ModelFile = "model.onnx";

    /// <summary>Every test folder at or below <paramref name="root"/>, in the order of their paths.</summary>
    /// <exception cref="UnusableFileException">There is no such folder, or no test in it.</exception>
    public static IEnumerable<string> Find(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new UnusableFileException($"'{root}': there is no such folder.");
        }

        string[] folders =
        [
            .. Directory.EnumerateFiles(root, ModelFile, SearchOption.AllDirectories)
                .Select(m => Path.GetDirectoryName(m)!)
                .Where(f => Directory.EnumerateDirectories(f, "test_data_set_*").Any())
                .Order(StringComparer.Ordinal),
        ];
        return folders.Length > 0
            ? folders
            : throw new UnusableFileException($"'{root}' holds no test: expected folders with {ModelFile} and test_data_set_*.");
    }

    /// <summary>Runs every data set of a test.</summary>
    public static TestRow Run(string root, string folder, CancellationToken cancellationToken)
    {
        string name = Path.GetRelativePath(root, folder);
        try
        {
            Model model = OnnxModelReader.Read(Path.Combine(folder, ModelFile));
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
            foreach (string set in Directory.EnumerateDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal))
            {
                if (FirstDifference(model.Graph, executor, set, cancellationToken) is { } difference)
                {
                    return model.Graph.Nodes.FirstOrDefault(OperatorTable.IsRandom) is { } random
                        ? new TestRow(name, TestRow.Unsupported, $"{random.Label} draws random numbers, and the test expects those of another generator.")
                        : new TestRow(name, TestRow.Failed, difference);
                }
            }

            return new TestRow(name, TestRow.Passed, null);
        }
        catch (Exception error) when (error is UnsupportedModelException or InvalidSampleException)
        {
            // What cannot be read here is a map or a sparse tensor: types the executor does not have.
            return new TestRow(name, TestRow.Unsupported, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new TestRow(name, TestRow.Failed, error.Message);
        }
    }

    private static string? FirstDifference(Graph graph, GraphExecutor executor, string set, CancellationToken cancellationToken)
    {
        Value[] declared = [.. graph.Inputs];
        Dictionary<string, Tensor> inputs = [];
        foreach ((int index, string file) in NumberedFiles(set, "input_"))
        {
            inputs[declared[index].Name] = OnnxValueFile.Read(file, declared[index].Type);
        }

        IReadOnlyDictionary<string, Tensor> outputs = executor.Run(inputs, cancellationToken);
        foreach ((int index, string file) in NumberedFiles(set, "output_"))
        {
            Value declaredOutput = graph.Outputs[index];
            string output = declaredOutput.Name;
            if (TensorMatch.FirstDifference(output, OnnxValueFile.Read(file, declaredOutput.Type), outputs[output]) is { } difference)
            {
                return $"{Path.GetFileName(set)}: {difference}";
            }
        }

        return null;
    }

    private static IEnumerable<(int Index, string File)> NumberedFiles(string set, string prefix) =>
        Directory.EnumerateFiles(set, $"{prefix}*.pb")
            .Select(f => (int.Parse(Path.GetFileNameWithoutExtension(f)[prefix.Length..], CultureInfo.InvariantCulture), f))
            .OrderBy(p => p.Item1);
}
