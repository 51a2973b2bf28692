using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Text;

/// <summary>TfIdfVectorizer: for each row how often each n-gram of a pool occurs, up to a number of elements being skipped between two of an n-gram.</summary>
/// <remarks>TF is the count, IDF the n-gram's weight where it occurs, TFIDF both multiplied.</remarks>
internal sealed class NgramVectorizer : SingleOutputOperator
{
    private readonly int _shortest;
    private readonly int _longest;
    private readonly int _skips;
    private readonly string _mode;
    private readonly int[] _columns;
    private readonly float[] _weights;
    private readonly Dictionary<string, int> _entries = new(StringComparer.Ordinal);
    private readonly int _width;

    public NgramVectorizer(OperatorSite site)
    {
        Node node = site.Node;
        _shortest = checked((int)node.GetInt("min_gram_length", 1));
        _longest = checked((int)node.GetInt("max_gram_length", 1));
        _skips = checked((int)node.GetInt("max_skip_count", 0));
        _mode = node.GetString("mode", "TF") switch
        {
            "TF" or "IDF" or "TFIDF" => node.GetString("mode", "TF"),
            string other => throw site.Unsupported($"mode '{other}'"),
        };
        string[] pool = node.GetStrings("pool_strings") is { } texts ? [.. texts] : [.. (node.GetInts("pool_int64s") ?? []).Select(TextOf)];
        int[] starts = [.. (node.GetInts("ngram_counts") ?? []).Select(c => checked((int)c)), pool.Length];
        _columns = [.. (node.GetInts("ngram_indexes") ?? []).Select(c => checked((int)c))];
        AddEntries(node, pool, starts);
        _weights = [.. node.GetFloats("weights") ?? [.. _columns.Select(_ => 1f)]];
        if (_entries.Count != _columns.Length || _weights.Length != _columns.Length || _columns.Any(c => c < 0 || c >= _columns.Length) || _shortest < 1 || _longest < _shortest || _skips < 0)
        {
            throw new InvalidModelException(
                $"{node.Label}: {_entries.Count} n-grams, {_columns.Length} columns and {_weights.Length} weights do not fit together.");
        }

        _width = _columns.Length == 0 ? 0 : _columns.Max() + 1;
    }

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        if (x.Shape.Rank is not (1 or 2))
        {
            throw new InvalidOperatorInputException($"{x} has {x.Shape.Rank} dimensions, expected 1 or 2.");
        }

        string[] elements = x.Type == DataType.String ? [.. x.Strings] : [.. ElementCast.To(x, DataType.Int64, context).ToInt64s().Select(TextOf)];
        int rows = x.Shape.Rank == 1 ? 1 : x.Shape[0];
        int length = x.Shape[^1];
        float[] y = new float[checked(rows * _width)];
        for (int row = 0; row < rows; row++)
        {
            int[] counts = Count(elements.AsSpan(row * length, length));
            for (int entry = 0; entry < counts.Length; entry++)
            {
                y[row * _width + _columns[entry]] += _mode switch
                {
                    "TF" => counts[entry],
                    "IDF" => counts[entry] > 0 ? _weights[entry] : 0,
                    _ => counts[entry] * _weights[entry],
                };
            }
        }

        return Tensor.From(y, x.Shape.Rank == 1 ? [_width] : [rows, _width]);
    }

    private int[] Count(ReadOnlySpan<string> row)
    {
        int[] counts = new int[_columns.Length];
        for (int n = _shortest; n <= Math.Min(_longest, row.Length); n++)
        {
            // A single element has no distance to a next one.
            for (int distance = 1; distance <= (n == 1 ? 1 : _skips + 1) && (n - 1L) * distance < row.Length; distance++)
            {
                for (int start = 0; start + (n - 1) * distance < row.Length; start++)
                {
                    if (_entries.TryGetValue(Key(row[start..], n, distance), out int entry))
                    {
                        counts[entry]++;
                    }
                }
            }
        }

        return counts;
    }

    // The pool holds all 1-grams, then all 2-grams and so on.
    private void AddEntries(Node node, string[] pool, int[] starts)
    {
        for (int n = 1; n < starts.Length; n++)
        {
            if (starts[n - 1] < 0 || starts[n] < starts[n - 1] || starts[n] > pool.Length || (starts[n] - starts[n - 1]) % n != 0)
            {
                throw new InvalidModelException($"{node.Label}: ngram_counts {string.Join(", ", starts.SkipLast(1))} do not cut a pool of {pool.Length} elements into n-grams.");
            }

            for (int at = starts[n - 1]; at < starts[n]; at += n)
            {
                _entries.TryAdd(Key(pool.AsSpan(at), n, 1), _entries.Count);
            }
        }
    }

    // The length of each element keeps different n-grams apart.
    private static string Key(ReadOnlySpan<string> elements, int n, int distance)
    {
        System.Text.StringBuilder key = new();
        for (int i = 0; i < n; i++)
        {
            string element = elements[i * distance];
            key.Append(System.Globalization.CultureInfo.InvariantCulture, $"{element.Length}:{element}");
        }

        return key.ToString();
    }

    private static string TextOf(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
