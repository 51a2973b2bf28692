using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

[Collection(nameof(MeasuresAllocations))]
public sealed class InferenceRequestTests
{
    public static TheoryData<string, int> Networks() => new() { { "small", 1 }, { "small", 2 }, { "gated", 1 }, { "gated", 2 } };

    [Theory]
    [MemberData(nameof(Networks))]
    public void ARun_AllocatesNothing_OnAnyThread(string network, int threads)
    {
        Model model = network == "small" ? QuantizedModels.Small() : QuantizedModels.Gated();
        using InferenceSession session = new(model, new SessionOptions { Threads = threads });
        using InferenceRequest request = session.CreateRequest();
        Assert.Empty(session.NetworkFor(new Dictionary<string, Shape>()).FloatSteps.Select(s => $"{s.Label}: {s.Reason}"));
        string output = session.OutputMetadata[0].Name;
        float sum = Repeat(100);

        // The runtime and the test runner may allocate now and then; what a run allocates, it allocates every time.
        long ours = long.MaxValue, all = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), beforeAll = GC.GetTotalAllocatedBytes(precise: true);
            sum += Repeat(20);
            ours = Math.Min(ours, GC.GetAllocatedBytesForCurrentThread() - before);
            all = Math.Min(all, GC.GetTotalAllocatedBytes(precise: true) - beforeAll);
        }

        Assert.Equal(0, ours);
        Assert.Equal(0, all);
        Assert.True(float.IsFinite(sum));

        float Repeat(int times)
        {
            float total = 0;
            for (int i = 0; i < times; i++)
            {
                request.Input("image")[i] = i;
                request.Run(TestContext.Current.CancellationToken);
                total += request.Output(output)[0];
            }

            return total;
        }
    }

    [Fact]
    public void Outputs_AreThoseOfRun_FromSeveralRequestsAtOnce()
    {
        using InferenceSession session = new(QuantizedModels.Small(), new SessionOptions { Threads = 2 });
        Tensor[] images = [.. Enumerable.Range(0, 4).Select(i => SmallNetwork.Samples(4).Read(i).Inputs["image"])];
        float[][] expected = [.. images.Select(i => session.Run(new Dictionary<string, Tensor> { ["image"] = i })["logits"].AsSpan<float>().ToArray())];

        Parallel.For(0, 4, _ =>
        {
            using InferenceRequest request = session.CreateRequest();
            for (int i = 0; i < 40; i++)
            {
                images[i % 4].AsSpan<float>().CopyTo(request.Input("image"));
                request.Run(TestContext.Current.CancellationToken);
                Assert.Equal(expected[i % 4], request.Output("logits").ToArray());
            }
        });
    }

    [Fact]
    public void ABatch_IsPlannedForItsExtents()
    {
        using InferenceSession session = new(QuantizedModels.Small());
        using InferenceRequest single = session.CreateRequest(), batch = session.CreateRequest(new Dictionary<string, Shape> { ["image"] = [3, 3, 16, 16] });
        for (int i = 0; i < 3; i++)
        {
            SmallNetwork.Samples(3).Read(i).Inputs["image"].AsSpan<float>().CopyTo(batch.Input("image")[(i * 768)..]);
        }

        batch.Run(TestContext.Current.CancellationToken);

        Assert.Equal([3, 10], batch.OutputShape("logits"));
        for (int i = 0; i < 3; i++)
        {
            SmallNetwork.Samples(3).Read(i).Inputs["image"].AsSpan<float>().CopyTo(single.Input("image"));
            single.Run(TestContext.Current.CancellationToken);
            Assert.Equal(single.Output("logits").ToArray(), batch.Output("logits").Slice(10 * i, 10).ToArray());
        }
    }

    [Fact]
    public void FloatNodes_MayFollow()
    {
        Model model = QuantizedModels.Small();
        Value logits = model.Graph.Outputs[0];
        Node softmax = model.Graph.Add(new Node("Softmax", [logits], [new Value("odds", new TensorValueType(DataType.Float32))]));
        model.Graph.Outputs[0] = softmax.Outputs[0]!;
        using InferenceSession session = new(model);
        using InferenceRequest request = session.CreateRequest();
        request.Input("image").Fill(0.25f);

        request.Run(TestContext.Current.CancellationToken);

        Assert.Equal(1, request.Output("odds").ToArray().Sum(), 1e-5f);
    }

    [Fact]
    public async Task ACancelledRun_LeavesNoOutput_AndTheNextOneWorks()
    {
        using InferenceSession session = new(QuantizedModels.Small());
        using InferenceRequest request = session.CreateRequest();
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => request.Run(cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.RunAsync(cancelled.Token));
        Assert.Throws<InvalidOperationException>(() => request.Output("logits").Length);

        await request.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(10, request.Output("logits").Length);
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        using InferenceSession session = new(QuantizedModels.Small());
        using InferenceRequest request = session.CreateRequest();

        Assert.Contains("'image'", Assert.Throws<ArgumentException>(() => request.Input("imgae").Length).Message, StringComparison.Ordinal);
        Assert.Contains("f32[1x3x16x16]", Assert.Throws<ArgumentException>(() => request.Input<byte>("image").Length).Message, StringComparison.Ordinal);
        Assert.Contains("'logits'", Assert.Throws<ArgumentException>(() => request.Output("image").Length).Message, StringComparison.Ordinal);
        Assert.Contains("no run", Assert.Throws<InvalidOperationException>(() => request.Output("logits").Length).Message, StringComparison.Ordinal);
        Assert.Contains("1x3x8x8", Assert.Throws<ArgumentException>(() => session.CreateRequest(new Dictionary<string, Shape> { ["image"] = [1, 3, 8, 8] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AfterDispose_ThereAreNoRuns()
    {
        InferenceSession session = new(QuantizedModels.Small());
        InferenceRequest open = session.CreateRequest(), closed = session.CreateRequest();
        closed.Dispose();
        closed.Dispose();
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => closed.Run(TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => open.Run(TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => session.CreateRequest());
        open.Dispose();
    }

    [Fact]
    public void Requests_OutliveTheirPlanInTheCache()
    {
        using InferenceSession session = new(QuantizedModels.Small(), new SessionOptions { KeptPlans = 1 });
        using InferenceRequest request = session.CreateRequest();
        request.Input("image").Fill(0.5f);
        request.Run(TestContext.Current.CancellationToken);
        float[] expected = request.Output("logits").ToArray();
        for (int batch = 2; batch < 6; batch++)
        {
            using InferenceRequest other = session.CreateRequest(new Dictionary<string, Shape> { ["image"] = [batch, 3, 16, 16] });
            other.Input("image").Fill(0.5f);
            other.Run(TestContext.Current.CancellationToken);
            Assert.Equal(expected, other.Output("logits")[^10..].ToArray());
        }

        request.Run(TestContext.Current.CancellationToken);
        Assert.Equal(expected, request.Output("logits").ToArray());
    }
}

/// <summary>While allocations of all threads are counted, nothing else runs.</summary>
[CollectionDefinition(nameof(MeasuresAllocations), DisableParallelization = true)]
public sealed class MeasuresAllocations;
