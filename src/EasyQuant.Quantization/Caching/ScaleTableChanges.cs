using System.Runtime.InteropServices;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Caching;

/// <summary>What a step of a search changed in a table: found by comparison with what the table held before, written, and made again.</summary>
internal sealed class ScaleTableChanges
{
    private readonly QuantizationPlan _plan;
    private readonly ScaleTable _table;
    private readonly LayerState[] _layers;
    private readonly float[] _groups;

    /// <summary>Begins with the table as it is.</summary>
    public ScaleTableChanges(QuantizationPlan plan, ScaleTable table)
    {
        _plan = plan;
        _table = table;
        _layers = [.. plan.Layers.Select(StateOf)];
        _groups = [.. plan.Groups.Select(g => table[g])];
    }

    /// <summary>Adds the table as it is to a key.</summary>
    public static void AddTable(CacheHash hash, QuantizationPlan plan, ScaleTable table)
    {
        foreach (QuantizableLayer layer in plan.Layers)
        {
            LayerState state = LayerState.Of(table, layer);
            hash.Add(state.RoundingScales);
            hash.Add(state.WeightScales);
            hash.Add(state.Bias is null ? -1 : 1);
            hash.Add(state.Bias);
            hash.Add(state.Integers is null ? -1 : 1);
            hash.Add(MemoryMarshal.AsBytes<sbyte>(state.Integers));
        }

        hash.Add([.. plan.Groups.Select(g => table[g])]);
    }

    /// <summary>Writes what has changed since the last call.</summary>
    public void Write(BinaryWriter writer)
    {
        int[] layers = [.. Enumerable.Range(0, _layers.Length).Where(i => !_layers[i].Equals(StateOf(_plan.Layers[i])))];
        writer.Write(layers.Length);
        foreach (int i in layers)
        {
            _layers[i] = StateOf(_plan.Layers[i]);
            writer.Write(i);
            _layers[i].Write(writer);
        }

        int[] groups = [.. Enumerable.Range(0, _groups.Length).Where(i => _groups[i] != _table[_plan.Groups[i]])];
        writer.Write(groups.Length);
        foreach (int i in groups)
        {
            _groups[i] = _table[_plan.Groups[i]];
            writer.Write(i);
            writer.Write(_groups[i]);
        }
    }

    /// <summary>Reads changes; what is returned makes them.</summary>
    /// <exception cref="InvalidDataException">They are none of this table.</exception>
    public Action Read(BinaryReader reader)
    {
        List<Action> changes = [];
        for (int left = reader.ReadCount(0, _layers.Length); left > 0; left--)
        {
            int i = reader.ReadCount(0, _layers.Length - 1);
            LayerState state = LayerState.Read(reader, _plan.Layers[i]);
            changes.Add(() =>
            {
                state.Place(_table, _plan.Layers[i]);
                _layers[i] = StateOf(_plan.Layers[i]);
            });
        }

        for (int left = reader.ReadCount(0, _groups.Length); left > 0; left--)
        {
            int i = reader.ReadCount(0, _groups.Length - 1);
            float scale = reader.ReadSingle();
            changes.Add(() => _table[_plan.Groups[i]] = _groups[i] = scale);
        }

        return () => changes.ForEach(change => change());
    }

    private LayerState StateOf(QuantizableLayer layer) => LayerState.Of(_table, layer);

    /// <summary>All that a table says of a layer.</summary>
    private readonly record struct LayerState(float[] RoundingScales, float[] WeightScales, float[]? Bias, sbyte[]? Integers)
    {
        public static LayerState Of(ScaleTable table, QuantizableLayer layer) => new(
            [.. table.RoundingScales(layer)], [.. table.WeightScales(layer)], table.PlacedBias(layer)?.ToArray(), table.PlacedIntegers(layer)?.ToArray());

        public bool Equals(LayerState other) =>
            RoundingScales.AsSpan().SequenceEqual(other.RoundingScales) && WeightScales.AsSpan().SequenceEqual(other.WeightScales)
            && Bias.AsSpan().SequenceEqual(other.Bias) && Bias is null == other.Bias is null
            && Integers.AsSpan().SequenceEqual(other.Integers) && Integers is null == other.Integers is null;

        public override int GetHashCode() => HashCode.Combine(RoundingScales.Length, RoundingScales.FirstOrDefault());

        public static LayerState Read(BinaryReader reader, QuantizableLayer layer) => new(
            reader.ReadArray<float>(layer.Channels),
            reader.ReadArray<float>(layer.Channels),
            reader.ReadBoolean() ? reader.ReadArray<float>(layer.Channels) : null,
            reader.ReadBoolean() ? reader.ReadArray<sbyte>(layer.Rows.Length) : null);

        public void Write(BinaryWriter writer)
        {
            writer.WriteArray<float>(RoundingScales);
            writer.WriteArray<float>(WeightScales);
            writer.Write(Bias is not null);
            if (Bias is not null)
            {
                writer.WriteArray<float>(Bias);
            }

            writer.Write(Integers is not null);
            if (Integers is not null)
            {
                writer.WriteArray<sbyte>(Integers);
            }
        }

        public void Place(ScaleTable table, QuantizableLayer layer)
        {
            RoundingScales.CopyTo(table.RoundingScales(layer), 0);
            WeightScales.CopyTo(table.WeightScales(layer), 0);
            if (Bias is not null)
            {
                table.SetBias(layer, [.. Bias]);
            }

            if (Integers is not null)
            {
                table.SetIntegers(layer, [.. Integers]);
            }
        }
    }
}
