using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.MixedPrecision;
using EasyQuant.Quantization.Sensitivity;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Quantization.Tests.Caching;

public sealed class QuantizationCacheTests : IDisposable
{
    private static readonly QuantizationOptions s_options = new() { WeightBits = 5, ActivationBits = 6, Reconstruction = new WeightReconstructionOptions(), Rounds = 2, Threads = 2 };

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<ReusedWork> _reused = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(QuantizationMethod.EasyQuant, EasyQuantPreset.Paper)]
    [InlineData(QuantizationMethod.EasyQuant, EasyQuantPreset.Repo)]
    [InlineData(QuantizationMethod.MinMax, EasyQuantPreset.Paper)]
    [InlineData(QuantizationMethod.Kl, EasyQuantPreset.Paper)]
    public void Result_IsTheSameWithoutACache_WithAnEmptyOne_AndWithAFullOne(QuantizationMethod method, EasyQuantPreset preset)
    {
        QuantizationOptions options = s_options with { Method = method, Preset = preset };
        string expected = Hash(options);

        Assert.Equal(expected, Hash(options with { Cache = Open() }));
        Assert.Empty(_reused);
        Assert.Equal(expected, Hash(options with { Cache = Open() }));
        Assert.Equal("statistics", _reused[0].Stage);
        Assert.All(_reused, r => Assert.Equal(r.Total, r.Reused));
        Assert.Contains(_reused, r => r.Stage == "reconstruction");
        Assert.Empty(_warnings);
    }

    [Fact]
    public void LayerReportsAndCurves_AreTheSameToo()
    {
        QuantizationOptions options = s_options with { KeepTrace = true };
        QuantizationResult expected = Run(options);
        Run(options with { Cache = Open() });
        QuantizationResult resumed = Run(options with { Cache = Open() });

        Assert.Equal(expected.Layers, resumed.Layers);
        Assert.Equivalent(expected.Trace!.TensorSearches, resumed.Trace!.TensorSearches, strict: true);
        Assert.Equivalent(expected.Trace.WeightSearches, resumed.Trace.WeightSearches, strict: true);
        Assert.Equal(expected.Trace.Tensors.Select(t => t.Values.Counts.ToArray()), resumed.Trace.Tensors.Select(t => t.Values.Counts.ToArray()));
    }

    [Fact]
    public void RunThatIsCancelledAgainAndAgain_EndsWithTheSameBytes()
    {
        string expected = Hash(s_options);
        int runs = 0;
        string? resumed = null;
        HashSet<(string, int)> done = [];
        for (; resumed is null; runs++)
        {
            resumed = TryHash(s_options with { Cache = Open() }, done);
        }

        Assert.Equal(expected, resumed);
        Assert.InRange(runs, 5, 20);
        Assert.Contains(_reused, r => r.Reused > 0 && r.Reused < r.Total);
    }

    [Fact]
    public void EntriesThatAreLost_AreFoundAgain_WhicheverTheyAre()
    {
        string expected = Hash(s_options with { Cache = Open() });
        string[] entries = Directory.GetFiles(_folder.Path);
        for (int i = 0; i < entries.Length; i += 11)
        {
            byte[] before = File.ReadAllBytes(entries[i]);
            File.Delete(entries[i]);
            Assert.Equal(expected, Hash(s_options with { Cache = Open() }));
            Assert.Equal(before, File.ReadAllBytes(entries[i]));
        }

        Assert.Equal(entries.Order(), Directory.GetFiles(_folder.Path).Order());
    }

    public static TheoryData<string, Func<byte[], byte[]>> Damages => new()
    {
        { "is damaged", file => [.. file[..80], (byte)(file[80] ^ 4), .. file[81..]] },
        { "is damaged", file => file[..^1] },
        { "is no cache entry", _ => [] },
        { "is no cache entry", _ => [.. "a file of somebody else that happens to have this name, and is long enough to be an entry, if it were one at all"u8] },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void DamagedAndForeignEntries_AreNamed_AndComputedAnew(string fault, Func<byte[], byte[]> damage)
    {
        string expected = Hash(s_options with { Cache = Open() });
        string[] entries = Directory.GetFiles(_folder.Path);
        Array.ForEach(entries, e => File.WriteAllBytes(e, damage(File.ReadAllBytes(e))));

        Assert.Equal(expected, Hash(s_options with { Cache = Open() }));
        Assert.All(entries, e => Assert.Contains(_warnings, w => w.Contains(e, StringComparison.Ordinal) && w.Contains(fault, StringComparison.Ordinal)));
        Assert.Empty(_reused);

        Assert.Equal(expected, Hash(s_options with { Cache = Open() }));
        Assert.All(_reused, r => Assert.Equal(r.Total, r.Reused));
    }

    [Fact]
    public void EntryUnderAnothersName_IsNotUsed()
    {
        string expected = Hash(s_options with { Cache = Open() });
        string[] entries = Directory.GetFiles(_folder.Path);
        byte[] other = File.ReadAllBytes(entries[0]);
        foreach (string entry in entries[1..])
        {
            File.WriteAllBytes(entry, other);
        }

        Assert.Equal(expected, Hash(s_options with { Cache = Open() }));
        Assert.Contains(_warnings, w => w.Contains("belongs to another key", StringComparison.Ordinal));
    }

    [Fact]
    public void OtherBitsAndMethods_TakeOverTheStatistics_AndNothingElse()
    {
        Hash(s_options with { Cache = Open() });
        foreach (QuantizationOptions other in (QuantizationOptions[])[s_options with { WeightBits = 4 }, s_options with { Method = QuantizationMethod.MinMax, Reconstruction = null }])
        {
            _reused.Clear();
            Assert.Equal(Hash(other), Hash(other with { Cache = Open() }));
            Assert.Equal(["statistics: 1 of 1 passes over the samples"], _reused.Select(r => r.ToString()));
        }
    }

    [Fact]
    public void MoreRounds_GoOnFromTheFormer_AndThreadsDoNotMatter()
    {
        Hash(s_options with { Rounds = 1, Reconstruction = null, Cache = Open() });
        QuantizationOptions more = s_options with { Reconstruction = null, Threads = 3, MemoryBudgetBytes = 0 };
        Assert.Equal(Hash(more), Hash(more with { Cache = Open() }));
        Assert.Equal(["statistics", "weights, round 1", "activations, round 1"], _reused.Select(r => r.Stage));
    }

    [Fact]
    public void OtherWeightsAndOtherSamples_TakeOverNothing()
    {
        Hash(s_options with { Cache = Open() });
        PostTrainingQuantizer.Run(SmallNetwork.Create(seed: 2), SmallNetwork.Samples(6), s_options with { Cache = Open() });
        PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6, seed: 6), s_options with { Cache = Open() });
        PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(5), s_options with { Cache = Open() });
        Assert.Empty(_reused);
    }

    [Fact]
    public async Task SeveralRunsAtOnce_MayShareAFolder()
    {
        string expected = Hash(s_options);
        string[] hashes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Hash(s_options with { Cache = QuantizationCache.Open(_folder.Path), Threads = 1 }))));
        Assert.All(hashes, h => Assert.Equal(expected, h));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void FolderThatCannotBeWritten_IsSaidOnce_AndTheWorkGoesOn()
    {
        QuantizationCache cache = Open();
        Directory.Delete(_folder.Path);
        File.WriteAllText(_folder.Path, "in the way");
        try
        {
            Assert.Equal(Hash(s_options), Hash(s_options with { Cache = cache }));
            Assert.Single(_warnings, w => w.StartsWith("Nothing more is kept", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(_folder.Path);
            Directory.CreateDirectory(_folder.Path);
        }
    }

    [Fact]
    public void AnalysisOfSeveralWidths_CollectsStatisticsOnce()
    {
        CountingSamples samples = new(SmallNetwork.Samples(3));
        QuantizationOptions options = new() { Method = QuantizationMethod.MeanSquaredError, Threads = 1 };
        SensitivityAnalysis.Run(SmallNetwork.Create(), samples, options, [8, 5, 3], cancellationToken: TestContext.Current.CancellationToken);

        // The float outputs, the fingerprint, ranges, histograms; then a shape for each width.
        Assert.Equal(4 * 3 + 3, samples.Reads);
    }

    [Fact]
    public void SearchForATarget_IsTheSameWithACache_AndTakesItsNetworksFromIt()
    {
        Model model = SmallNetwork.Create();
        MixedPrecisionOptions target = new() { TargetDrop = 0.5, Trials = 3, Widths = [8, 4] };
        string Search(QuantizationCache? cache) => ModelBytes.Hash(MixedPrecisionSearch.Run(
            model, SmallNetwork.Samples(4), new QuantizationOptions { Cache = cache }, target, m => m.Graph.Nodes.Count % 2).Best.Model);

        string expected = Search(null);
        Assert.Equal(expected, Search(Open()));
        _reused.Clear();
        Assert.Equal(expected, Search(Open()));
        Assert.All(_reused, r => Assert.Equal(r.Total, r.Reused));
    }

    private QuantizationCache Open() => QuantizationCache.Open(_folder.Path, _warnings.Add, _reused.Add);

    private static string Hash(QuantizationOptions options) => ModelBytes.Hash(Run(options).Model);

    private static QuantizationResult Run(QuantizationOptions options) => PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), options);

    // Null where the run was cancelled, after a few layers more than the runs before it got to.
    private static string? TryHash(QuantizationOptions options, HashSet<(string Stage, int Layer)> done)
    {
        using CancellationTokenSource source = new();
        try
        {
            CancelAfter progress = new(done, source);
            return ModelBytes.Hash(PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(6), options, progress, source.Token).Model);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private sealed class CancelAfter(HashSet<(string Stage, int Layer)> done, CancellationTokenSource source) : IProgress<QuantizationProgress>
    {
        private int _left = 5;

        public void Report(QuantizationProgress value)
        {
            if (value.Stage != "ranges" && done.Add((value.Stage, value.Done)) && --_left == 0)
            {
                source.Cancel();
            }
        }
    }

    private sealed class CountingSamples(ISampleSource samples) : ISampleSource
    {
        private int _reads;

        public int Reads => _reads;

        public int Count => samples.Count;

        public Sample Read(int index)
        {
            Interlocked.Increment(ref _reads);
            return samples.Read(index);
        }
    }
}
