using EasyQuant.Fuzz.Kit;
using EasyQuant.Graphs;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Does, one input after the other, everything that a reader must not: what the kit has to notice.</summary>
internal sealed class MisbehavingTarget : FuzzTarget
{
    private static readonly Action<string>[] s_deeds =
    [
        _ => { },
        path => throw new InvalidModelException($"'{path}' is no model; expected one."),
        _ => throw new InvalidModelException("Index was outside the bounds of the array."),
        _ => throw new KeyNotFoundException(),
        _ => GC.KeepAlive(Descend(0)),
        path => File.WriteAllText(path + ".left", "x"),
        _ => GC.KeepAlive(Enumerable.Range(0, 100).Sum(i => new byte[1 << 20].Length)),
        _ => throw new OperationCanceledException(),
        _ => Environment.FailFast("native code crashed"),
        _ => Thread.Sleep(Timeout.Infinite),
    ];

    /// <summary>How many inputs there are, the last of which never ends.</summary>
    public static int Count => s_deeds.Length;

    public override string Name => "misbehaving";

    public override byte[] Make(Dice dice) => [(byte)(dice.InputNumber % Count)];

    public override void Try(string path, CancellationToken cancellationToken) => s_deeds[File.ReadAllBytes(path)[0]](path);

    private static int Descend(int depth) => depth < 0 ? 0 : 1 + Descend(depth + 1) * (depth % 3);
}
