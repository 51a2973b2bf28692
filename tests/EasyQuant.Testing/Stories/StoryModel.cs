using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Testing.Stories;

/// <summary>One step of a language model as ONNX: a token and the caches of keys and values in, scores of the next token and longer caches out.</summary>
/// <remarks>
/// <c>token</c> i64[1,1], <c>past.L.key</c> and <c>past.L.value</c> f32[1, heads, past, width]; <c>scores</c> f32[1, vocabulary], <c>present.L.key</c> and
/// <c>present.L.value</c>. The position is the length of the caches.
/// </remarks>
public sealed class StoryModel
{
    private readonly StoryCheckpoint _checkpoint;
    private readonly Graph _graph = new("stories");
    private int _names;

    private StoryModel(StoryCheckpoint checkpoint) => _checkpoint = checkpoint;

    /// <summary>The step of a checkpoint.</summary>
    public static Model Of(StoryCheckpoint checkpoint) => new StoryModel(checkpoint).Build();

    private Model Build()
    {
        Value token = new("token", new TensorValueType(DataType.Int64, new SymbolicShape([1, 1])));
        Value scores = new("scores", new TensorValueType(DataType.Float32, new SymbolicShape([1, _checkpoint.Vocabulary])));
        _graph.Inputs.Add(token);
        _graph.Outputs.Add(scores);
        Value[] keys = [.. _checkpoint.Layers.Select((_, l) => Cache(_graph.Inputs, $"past.{l}.key", "past"))];
        Value[] values = [.. _checkpoint.Layers.Select((_, l) => Cache(_graph.Inputs, $"past.{l}.value", "past"))];
        Value position = Add("Slice", [Add("Shape", [keys[0]]), Longs(2), Longs(3)]);
        (Value cosine, Value sine) = (Rotation(Math.Cos, position), Rotation(Math.Sin, position));
        Value x = Add("Gather", [Constant("embedding", _checkpoint.Embedding), token]);
        foreach ((int l, StoryLayer layer) in _checkpoint.Layers.Index())
        {
            x = Add("Add", [x, Attention(l, layer, Normalised(x, layer.AttentionNorm), keys[l], values[l], cosine, sine)]);
            x = Add("Add", [x, Inner(l, layer, Normalised(x, layer.InnerNorm))]);
        }

        Value last = Product(Normalised(x, _checkpoint.FinalNorm), _checkpoint.Embedding, "scores");
        _graph.Add(new Node("Reshape", [last, Longs(1, _checkpoint.Vocabulary)], [scores], "flat"));
        return new Model(_graph) { OpsetImports = { [""] = 17 } };
    }

    private Value Attention(int l, StoryLayer layer, Value x, Value pastKeys, Value pastValues, Value cosine, Value sine)
    {
        (int heads, int width) = (_checkpoint.CacheHeads, _checkpoint.HeadWidth);
        Value query = Rotated(Product(x, layer.Query, $"layer{l}.query"), _checkpoint.Heads, cosine, sine);
        Value key = Rotated(Product(x, layer.Key, $"layer{l}.key"), heads, cosine, sine);
        Value value = Add("Reshape", [Product(x, layer.Value, $"layer{l}.value"), Longs(1, heads, 1, width)]);
        Value keys = Append(pastKeys, Add("Reshape", [key, Longs(1, heads, 1, width)]), $"present.{l}.key");
        Value values = Append(pastValues, value, $"present.{l}.value");

        // Several heads of queries read one of keys: they are the rows of one product.
        Value queries = Add("Reshape", [query, Longs(1, heads, _checkpoint.Heads / heads, width)]);
        Value scores = Add("Mul", [Add("MatMul", [queries, With(Add("Transpose", [keys]), "perm", 0, 1, 3, 2)]), Constant("scale", Tensor.FromScalar(1 / MathF.Sqrt(width)))]);
        Value weights = With(Add("Softmax", [scores]), "axis", -1);
        return Product(Add("Reshape", [Add("MatMul", [weights, values]), Longs(1, 1, _checkpoint.Width)]), layer.Result, $"layer{l}.result");
    }

    private Value Inner(int l, StoryLayer layer, Value x)
    {
        Value gate = Product(x, layer.Gate, $"layer{l}.gate");
        Value gated = Add("Mul", [Add("Mul", [gate, Add("Sigmoid", [gate])]), Product(x, layer.Up, $"layer{l}.up")]);
        return Product(gated, layer.Down, $"layer{l}.down");
    }

    // Pairs of neighbours turn by an angle that grows with the position.
    private Value Rotated(Value x, int heads, Value cosine, Value sine)
    {
        Value pairs = Add("Reshape", [x, Longs(heads, _checkpoint.HeadWidth / 2, 2)]);
        Value[] halves = [new($"half{_names++}"), new($"half{_names++}")];
        _graph.Add(new Node("Split", [pairs], halves, $"split{_names++}")).Attributes["axis"] = new IntAttribute(2);
        Value first = Add("Sub", [Add("Mul", [halves[0], cosine]), Add("Mul", [halves[1], sine])]);
        Value second = Add("Add", [Add("Mul", [halves[0], sine]), Add("Mul", [halves[1], cosine])]);
        return With(Add("Concat", [first, second]), "axis", 2);
    }

    // For each position the factors of a head's pairs: f32[pairs, 1].
    private Value Rotation(Func<double, double> function, Value position)
    {
        int pairs = _checkpoint.HeadWidth / 2;
        float[] table = [.. Enumerable.Range(0, _checkpoint.Length * pairs).Select(i => (float)function(i / pairs * Math.Pow(10000, -(2.0 * (i % pairs)) / _checkpoint.HeadWidth)))];
        return Add("Reshape", [Add("Gather", [Constant("rotation", Tensor.From(table, [_checkpoint.Length, pairs])), position]), Longs(pairs, 1)]);
    }

    private Value Normalised(Value x, Tensor weight)
    {
        Value mean = With(Add("ReduceMean", [Add("Mul", [x, x])]), "axes", -1);
        Value deviation = Add("Sqrt", [Add("Add", [mean, Constant("epsilon", Tensor.FromScalar(1e-5f))])]);
        return Add("Mul", [Add("Div", [x, deviation]), Constant("norm", weight)]);
    }

    private Value Product(Value x, Tensor weight, string name)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        float[] transposed = new float[weight.Count];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                transposed[i * outputs + o] = weight.AsSpan<float>()[o * inputs + i];
            }
        }

        Value result = new($"{name}.output");
        _graph.Add(new Node("MatMul", [x, Constant($"{name}.weight", Tensor.From(transposed, [inputs, outputs]))], [result], name));
        return result;
    }

    private Value Append(Value past, Value now, string name)
    {
        Value present = Cache(_graph.Outputs, name, "total");
        _graph.Add(new Node("Concat", [past, now], [present], name)).Attributes["axis"] = new IntAttribute(2);
        return present;
    }

    private Value Cache(IList<Value> list, string name, string length)
    {
        Value cache = new(name, new TensorValueType(DataType.Float32, new SymbolicShape([1, _checkpoint.CacheHeads, new Dimension(null, length), _checkpoint.HeadWidth])));
        list.Add(cache);
        return cache;
    }

    private Value Add(string op, Value[] inputs)
    {
        Value result = new($"value{_names++}");
        _graph.Add(new Node(op, inputs, [result], $"{op}{_names++}"));
        return result;
    }

    private static Value With(Value result, string attribute, params long[] value)
    {
        result.Producer!.Attributes[attribute] = attribute == "axis" ? new IntAttribute(value[0]) : new IntsAttribute(value);
        return result;
    }

    private Value Longs(params long[] values) => Constant("numbers", Tensor.From(values, [values.Length]));

    private Value Constant(string name, Tensor tensor) => _graph.AddConstant($"{name}{_names++}", tensor);
}
