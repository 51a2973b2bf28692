using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Protobuf;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Models that say where their numbers lie: elsewhere on the disk, in a device, behind a link, beyond the end of a file.</summary>
internal sealed class ExternalDataTarget : FuzzTarget
{
    private const int DataLength = 256;

    private static readonly string[] s_locations =
    [
        "weights.bin", "./weights.bin", "weights.bin/", "sub/weights.bin", "sub/../weights.bin", "../secret.bin", "sub/../../secret.bin", "link", "linked/secret.bin", "loop", "/etc/passwd", "//etc/passwd",
        "/dev/zero", "/proc/self/environ", "\\\\server\\share\\x", "C:\\windows\\win.ini", "..\\secret.bin", "weights.bin\0.txt", "", ".", "..", "sub", "~", "file:///etc/passwd", "weights.bin:stream",
        "pipe", "%2e%2e/secret.bin", "\u2025/secret.bin", new string('a', 300), string.Concat(Enumerable.Repeat("sub/", 2000)) + "x", "model.onnx", "missing.bin", "CON", "NUL",
    ];

    private static readonly string[] s_numbers =
        ["0", "1", "-1", "8", "256", "257", "4096", "9223372036854775807", "9223372036854775808", "18446744073709551615", "-9223372036854775808", "1e3", " 8", "8 ", "0x8", "", "\u0668", "+8", "2147483647"];

    public override string Name => "external-data";

    public override string FileName => "model.onnx";

    public override byte[] Make(Dice dice)
    {
        WireMessage graph = new WireMessage(OnnxSchema.Graph).Add(2, "external");
        for (int i = dice.SmallCount(4); i > 0; i--)
        {
            WireMessage tensor = new WireMessage(OnnxSchema.Tensor).Add(1, dice.OnceIn(4) ? dice.Number(64) : dice.Pick([64L, 32, 8, 0])).Add(2, dice.OnceIn(8) ? dice.Below(20) : 1L).Add(8, $"w{i}").Add(14, 1);
            AddEntry(tensor, "location", dice.Pick(s_locations), dice);
            if (!dice.OnceIn(3))
            {
                AddEntry(tensor, "offset", dice.Pick(s_numbers), dice);
            }

            if (dice.OnceIn(3))
            {
                AddEntry(tensor, "length", dice.Pick(s_numbers), dice);
            }

            graph.Add(5, tensor).Add(12, new WireMessage(OnnxSchema.ValueInfo).Add(1, $"w{i}"));
        }

        WireMessage model = new WireMessage(OnnxSchema.Model).Add(1, 8).Add(7, graph).Add(8, new WireMessage("OperatorSet").Add(2, 17));
        return dice.OnceIn(8) ? OnnxMutations.Mutate(model, dice, ["Identity"]) : model.ToBytes();
    }

    public override void Furnish(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[DataLength]);
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.WriteAllBytes(Path.Combine(folder, "sub", "weights.bin"), new byte[DataLength]);
        File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine("..", "secret.bin"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), "..");
        File.CreateSymbolicLink(Path.Combine(folder, "loop"), "loop");
    }

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Model model = OnnxModelReader.Read(path);
        foreach (Tensor constant in model.Graph.Initializers.Select(i => i.Constant).OfType<Tensor>())
        {
            if (constant.Bytes.Span.IndexOf(Playground.Secret) >= 0)
            {
                throw new InvalidOperationException("A file outside of the model's folder was read.");
            }
        }

        ModelUse.Export(model);
        ModelUse.Infer(model);
    }

    private static void AddEntry(WireMessage tensor, string key, string value, Dice dice)
    {
        if (!dice.OnceIn(16))
        {
            tensor.Add(13, new WireMessage(OnnxSchema.Entry).Add(1, key).Add(2, value));
        }
    }
}
