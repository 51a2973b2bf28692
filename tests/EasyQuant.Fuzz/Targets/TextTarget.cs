using System.Text;
using EasyQuant.Fuzz.Kit;
using FsCheck;
using FsCheck.Fluent;

namespace EasyQuant.Fuzz.Targets;

/// <summary>A text file: generated, and then mostly changed.</summary>
internal sealed class TextTarget(string name, string fileName, Action<string> read, Gen<string> texts) : FuzzTarget
{
    public override string Name => name;

    public override string FileName => fileName;

    public override byte[] Make(Dice dice)
    {
        byte[] text = Encoding.UTF8.GetBytes(texts.Sample(1, new Rnd((ulong)dice.Seed, 2 * (ulong)(uint)dice.Seed + 1), 6).Single());
        return dice.OnceIn(3) ? text : TextMutations.Mutate(text, dice);
    }

    public override void Try(string path, CancellationToken cancellationToken) => read(path);
}
