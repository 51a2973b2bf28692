using System.Collections.Concurrent;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>ONNX's node tests with one attribute, extent, number or type changed at random: outputs, or an error that says what is wrong; nothing else.</summary>
public sealed class HostileNodeTests
{
    private const int MutationsOfATest = 3;

    [Fact]
    public void EveryChange_EndsWithOutputsOrAClearError()
    {
        IReadOnlyList<BackendTest> tests = BackendTests.TestsOrSkip("node");
        ConcurrentBag<string> complaints = [];
        ConcurrentDictionary<string, int> outcomes = [];
        Parallel.ForEach(tests.Where(t => ConformanceLists.Passing.Contains(t.Name)), test =>
        {
            for (int mutation = 0; mutation < MutationsOfATest; mutation++)
            {
                string outcome = Outcome(test, mutation, complaints);
                outcomes.AddOrUpdate(outcome, 1, (_, n) => n + 1);
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}")));
        Assert.True(complaints.IsEmpty, string.Join('\n', complaints.Order(StringComparer.Ordinal)));
    }

    private static string Outcome(BackendTest test, int mutation, ConcurrentBag<string> complaints)
    {
        HostileChange change = new(seed: mutation * 7919 + (int)Hash(test.Name));
        try
        {
            Model model = OnnxModelReader.Read(test.ModelPath);
            Dictionary<string, Tensor> inputs = [];
            IReadOnlyList<string> files = test.DataSets[0].Inputs;
            for (int i = 0; i < files.Count; i++)
            {
                inputs.Add(model.Graph.Inputs[i].Name, OnnxValueFile.Read(files[i], model.Graph.Inputs[i].Type));
            }

            change.Apply(model, inputs);
            using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
            executor.Run(inputs, patience.Token);
            return "outputs";
        }
        catch (OperationCanceledException)
        {
            // A loop may be asked to go on for ever; that is what cancelling is for.
            return "cancelled";
        }
        catch (Exception clear) when (clear is InvalidModelException or ArgumentException)
        {
            return "error";
        }
        catch (Exception unclear)
        {
            complaints.Add($"{test.Name}, {change}: {unclear.GetType().Name}: {unclear.Message} {unclear.StackTrace?.Split('\n')[0].Trim()}");
            return "complaint";
        }
    }

    // The same in every process, unlike the strings' own.
    private static uint Hash(string text) => text.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);
}
