using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>What EasyQuant's search notes: the outcome of each single search, layers' cosines, and curves where a trace is kept.</summary>
internal sealed class SearchJournal(QuantizationPlan plan, SearchTrace? trace) : ISearchJournal
{
    private const int MostCandidates = 1 << 20;

    private readonly List<QuantizableLayer> _newCosines = [];
    private int _writtenSteps;
    private int _writtenTensors;
    private int _writtenWeights;

    /// <summary>Every search that was carried out, in order: what it was about and its loss before and after.</summary>
    public List<(string Subject, ScaleSearchOutcome Outcome)> Steps { get; } = [];

    /// <summary>The mean cosine of each layer's output with the start scales, and at the end.</summary>
    public Dictionary<QuantizableLayer, (double Start, double End)> Cosines { get; } = [];

    /// <summary>Where curves go, if they are wanted.</summary>
    public SearchTrace? Trace => trace;

    /// <summary>Notes a layer's mean cosine.</summary>
    public void SetCosine(QuantizableLayer layer, double cosine)
    {
        Cosines[layer] = Cosines.TryGetValue(layer, out (double Start, double End) known) ? (known.Start, cosine) : (cosine, cosine);
        _newCosines.Add(layer);
    }

    public void WriteNew(BinaryWriter writer)
    {
        WriteAll(Steps[_writtenSteps..], step =>
        {
            writer.Write(step.Subject);
            writer.Write(step.Outcome.LossBefore);
            writer.Write(step.Outcome.LossAfter);
            writer.Write(step.Outcome.Candidates);
        });
        WriteAll(_newCosines, layer =>
        {
            writer.Write(IndexOf(layer));
            writer.Write(Cosines[layer].Start);
            writer.Write(Cosines[layer].End);
        });
        WriteAll(trace?.TensorSearches[_writtenTensors..] ?? [], search => SearchCurves.Write(writer, search));
        WriteAll(trace?.WeightSearches[_writtenWeights..] ?? [], search => SearchCurves.Write(writer, search));
        MarkWritten();

        void WriteAll<T>(List<T> items, Action<T> write)
        {
            writer.Write(items.Count);
            items.ForEach(write);
        }
    }

    public Action Read(BinaryReader reader)
    {
        List<(string, ScaleSearchOutcome)> steps = ReadAll(() => (reader.ReadString(), new ScaleSearchOutcome(reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32())));
        List<(int Layer, (double, double) Cosines)> cosines = ReadAll(() => (reader.ReadCount(0, plan.Layers.Count - 1), (reader.ReadDouble(), reader.ReadDouble())));
        List<TensorSearch> tensors = ReadAll(() => SearchCurves.ReadTensor(reader));
        List<WeightSearch> weights = ReadAll(() => SearchCurves.ReadWeights(reader));
        return () =>
        {
            Steps.AddRange(steps);
            cosines.ForEach(c => Cosines[plan.Layers[c.Layer]] = c.Cosines);
            trace?.TensorSearches.AddRange(tensors);
            trace?.WeightSearches.AddRange(weights);
            MarkWritten();
        };

        List<T> ReadAll<T>(Func<T> read)
        {
            List<T> items = [];
            for (int left = reader.ReadCount(0, MostCandidates); left > 0; left--)
            {
                items.Add(read());
            }

            return items;
        }
    }

    private void MarkWritten()
    {
        _newCosines.Clear();
        _writtenSteps = Steps.Count;
        _writtenTensors = trace?.TensorSearches.Count ?? 0;
        _writtenWeights = trace?.WeightSearches.Count ?? 0;
    }

    private int IndexOf(QuantizableLayer layer) => plan.Layers.Index().First(l => l.Item == layer).Index;
}
