using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Tests;

/// <summary>Networks and pictures of the tasks beside classification, small enough to be searched in a second.</summary>
internal static class TaskFiles
{
    private const int Block = 8;

    /// <summary>Writes a grey picture of a pattern and returns the folder some levels above it.</summary>
    public static string WritePicture(string path, int size, int below = 1, Func<int, byte>? pixel = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, [.. System.Text.Encoding.ASCII.GetBytes($"P5 {size} {size} 255\n"), .. Enumerable.Range(0, size * size).Select(pixel ?? (i => (byte)(i * i)))]);
        return Enumerable.Repeat(0, below).Aggregate(path, (p, _) => Path.GetDirectoryName(p)!);
    }

    /// <summary>Writes pictures of 32 x 32 with a block of 8 x 8 in grey or white somewhere, the file of these boxes beside them, and returns the folder.</summary>
    public static string WriteBlocks(string folder, int count, int seed)
    {
        Random random = new(seed);
        List<string> rows = ["file,class,x,y,w,h"];
        for (int i = 0; i < count; i++)
        {
            (int column, int row, int level) = (random.Next(4), random.Next(4), random.Next(90, 255));
            WritePicture(Path.Combine(folder, $"{i}.pgm"), 32, 1, p => (byte)(p % 32 / Block == column && p / 32 / Block == row ? level : random.Next(60)));
            rows.Add($"{i}.pgm,{(level > 170 ? 1 : 0)},{column * Block},{row * Block},{Block},{Block}");
        }

        File.WriteAllLines(Path.Combine(folder, "boxes.csv"), rows);
        return folder;
    }

    /// <summary>Writes a detector of such blocks with YOLOX's output for 32 x 32 pixels of 0 to 255 in three channels, and returns the path.</summary>
    public static string WriteDetector(string path)
    {
        Graph graph = new("detector");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([1, 3, 32, 32])));
        Value y = new("y", new TensorValueType(DataType.Float32, new SymbolicShape([1, 21, 7])));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);

        // The mean of each block; then of the fields (x, y, w, h, object, dark, bright) the last three grow with it, and the middle of the cell is 0.5.
        Value mean = Conv("mean", x, [.. Enumerable.Repeat(1f / (3 * Block * Block), 3 * Block * Block)], [1, 3, Block, Block], [0], Block);
        Value fields = Conv("fields", mean, [0, 0, 0, 0, 0.2f, -0.1f, 0.1f], [7, 1, 1, 1], [0, 0, -9, -9, -15, 17, -17], 1);
        Value probable = graph.Add(new Node("Sigmoid", [fields], [new Value("probable")], "sigmoid")).Outputs[0]!;
        Value all = graph.Add(new Node("Concat", [Cells(probable, 1), Cells(probable, 2), Cells(probable, 4)], [new Value("all")], "all")).Outputs[0]!;
        graph.Add(new Node("Transpose", [all], [y], "transpose")).Attributes["perm"] = new IntsAttribute([0, 2, 1]);
        all.Producer!.Attributes["axis"] = new IntAttribute(2);
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;

        Value Conv(string name, Value input, float[] weights, Shape shape, float[] bias, int stride)
        {
            Node node = graph.Add(new Node(
                "Conv", [input, graph.AddConstant($"{name}.w", Tensor.From(weights, shape)), graph.AddConstant($"{name}.b", Tensor.From(bias, [bias.Length]))], [new Value($"{name}.y")], name));
            node.Attributes["strides"] = new IntsAttribute([stride, stride]);
            return node.Outputs[0]!;
        }

        Value Cells(Value map, int pooled)
        {
            Node pool = graph.Add(new Node("AveragePool", [map], [new Value($"pool{pooled}")], $"pool{pooled}"));
            pool.Attributes["kernel_shape"] = new IntsAttribute([pooled, pooled]);
            pool.Attributes["strides"] = new IntsAttribute([pooled, pooled]);
            return graph.Add(new Node("Reshape", [pool.Outputs[0], graph.AddConstant($"shape{pooled}", Tensor.From<long>([1, 7, -1], [3]))], [new Value($"cells{pooled}")], $"cells{pooled}")).Outputs[0]!;
        }
    }

    /// <summary>Writes a network that makes nine pixels of each, written down for pictures of 16 x 16, and returns the path.</summary>
    public static string WriteUpscaler(string path)
    {
        Graph graph = new("nearest");
        Value x = new("x", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 16, 16])));
        Value channels = new("channels");
        graph.Inputs.Add(x);
        graph.Outputs.Add(new Value("y", new TensorValueType(DataType.Float32, new SymbolicShape([1, 1, 48, 48]))));
        graph.Add(new Node("Conv", [x, graph.AddConstant("w", Tensor.From([.. Enumerable.Repeat(1f, 9)], [9, 1, 1, 1]))], [channels], "conv"));
        graph.Add(new Node("DepthToSpace", [channels], [graph.Outputs[0]], "shuffle")).Attributes["blocksize"] = new IntAttribute(3);
        OnnxModelWriter.Write(new Model(graph) { OpsetImports = { [""] = 13 } }, path);
        return path;
    }
}
