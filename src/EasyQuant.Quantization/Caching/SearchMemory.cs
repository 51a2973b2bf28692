using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Caching;

/// <summary>
/// Remembers, stop by stop, what a search over a network found, so that it can go on where another one ended.
/// </summary>
/// <remarks>
/// Every stop has an entry: what it changed in the table, and what it noted. Its key is that of the search's beginning and of all that the stops
/// before it found; so an entry fits if, and only if, everything before it went the same way. An entry that is lost is computed
/// anew, comes out the same, and those behind it fit again. An entry for a whole sweep names its stops: if all are there, the network need not
/// even be gone through.
/// </remarks>
internal sealed class SearchMemory
{
    private readonly QuantizationCache _cache;
    private readonly ScaleTableChanges _changes;
    private CacheKey _state;

    /// <summary>A memory of searches that begin with this table.</summary>
    /// <param name="cache">Where entries lie.</param>
    /// <param name="subject">The key of the model and the samples.</param>
    /// <param name="plan">What is quantized.</param>
    /// <param name="table">The steps to begin with.</param>
    /// <param name="options">What the search depends on beyond: its name and its options, as text.</param>
    public SearchMemory(QuantizationCache cache, CacheKey subject, QuantizationPlan plan, ScaleTable table, params IReadOnlyList<string> options)
    {
        _cache = cache;
        _changes = new ScaleTableChanges(plan, table);
        _state = subject.With(hash =>
        {
            hash.AddAll(options, hash.Add);
            hash.AddAll(plan.Layers, l =>
            {
                hash.Add(l.Name);
                hash.Add(table.WeightRange(l).Bits);
            });
            hash.AddAll(plan.Groups, g =>
            {
                hash.AddAll(g.Members, m => hash.Add(m.Name));
                hash.Add(g.Range.Minimum);
                hash.Add(g.Range.Maximum);
                hash.Add([g.UpperBound]);
            });
            ScaleTableChanges.AddTable(hash, plan, table);
        });
    }

    /// <summary>Begins a sweep.</summary>
    /// <param name="stage">What progress calls it.</param>
    /// <param name="layers">How many layers it visits.</param>
    /// <param name="journal">What the search notes.</param>
    public Sweep Begin(string stage, int layers, ISearchJournal journal) => new(this, stage, layers, journal);

    /// <summary>One sweep over the network.</summary>
    internal sealed class Sweep
    {
        private readonly SearchMemory _owner;
        private readonly string _stage;
        private readonly int _layers;
        private readonly ISearchJournal _journal;
        private readonly CacheKey _wholeKey;
        private readonly List<string> _stops = [];
        private int _reused;
        private bool _told;

        public Sweep(SearchMemory owner, string stage, int layers, ISearchJournal journal)
        {
            _owner = owner;
            _stage = stage;
            _layers = layers;
            _journal = journal;
            _wholeKey = owner._state.With(hash => hash.Add($"all stops of {stage}"));
        }

        /// <summary>Takes the whole sweep from the cache; false, and nothing has changed, where a part of it is missing.</summary>
        public bool RestoreAll()
        {
            if (_owner._cache.Read(_wholeKey, ReadStops) is not { } stops)
            {
                return false;
            }

            CacheKey state = _owner._state;
            List<Action> changes = [];
            foreach (string stop in stops)
            {
                if (Read(state, stop) is not { } found)
                {
                    return false;
                }

                changes.Add(found.Make);
                state = found.State;
            }

            changes.ForEach(make => make());
            _owner._state = state;
            _owner._cache.Report(new ReusedWork(_stage, _layers, _layers, "layers"));
            return true;
        }

        /// <summary>Takes from the cache what is found at a layer; false where that must be computed.</summary>
        public bool RestoreLayer(QuantizableLayer layer) => Restore($"layer {layer.Name}", 1);

        /// <summary>The same for a group that no layer reads.</summary>
        public bool RestoreGroup(TensorGroup group) => Restore($"group {group.Name}", 0);

        /// <summary>Keeps what was found at the stop for which restoring failed last.</summary>
        public void Keep()
        {
            ReadOnlyMemory<byte> found = _owner._cache.Write(KeyOf(_owner._state, _stops[^1]), writer =>
            {
                _owner._changes.Write(writer);
                _journal.WriteNew(writer);
            });
            _owner._state = Next(_owner._state, found);
        }

        /// <summary>Ends the sweep.</summary>
        public void Finish()
        {
            _owner._cache.Write(_wholeKey, writer =>
            {
                writer.Write(_stops.Count);
                _stops.ForEach(writer.Write);
            });
            Tell();
        }

        private bool Restore(string stop, int layers)
        {
            _stops.Add(stop);
            if (Read(_owner._state, stop) is not { } found)
            {
                Tell();
                return false;
            }

            found.Make();
            _owner._state = found.State;
            _reused += layers;
            return true;
        }

        // Said as soon as work begins, not when it ends.
        private void Tell()
        {
            if (_reused > 0 && !_told)
            {
                _told = true;
                _owner._cache.Report(new ReusedWork(_stage, _reused, _layers, "layers"));
            }
        }

        private Found? Read(CacheKey state, string stop) => _owner._cache.Read(KeyOf(state, stop), reader =>
        {
            byte[] content = ((MemoryStream)reader.BaseStream).ToArray();
            Action change = _owner._changes.Read(reader);
            Action note = _journal.Read(reader);
            return new Found(change + note, Next(state, content));
        });

        private CacheKey KeyOf(CacheKey state, string stop) => state.With(hash =>
        {
            hash.Add(_stage);
            hash.Add(stop);
        });

        private static CacheKey Next(CacheKey state, ReadOnlyMemory<byte> found) => state.With(hash => hash.Add(found.Span));

        private static List<string> ReadStops(BinaryReader reader)
        {
            List<string> stops = [];
            for (int left = reader.ReadCount(0, int.MaxValue); left > 0; left--)
            {
                stops.Add(reader.ReadString());
            }

            return stops;
        }

        private sealed record Found(Action Make, CacheKey State);
    }
}
