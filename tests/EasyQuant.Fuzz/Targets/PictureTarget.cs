using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Testing;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Pictures of one format, brought to a model's size.</summary>
/// <param name="name">The format.</param>
/// <param name="head">How many bytes at the beginning say something about the rest.</param>
/// <param name="seal">Mends the checksums that the format has, so that what is behind them has to look for itself.</param>
/// <param name="seeds">Sound files.</param>
internal sealed class PictureTarget(string name, int head, Func<byte[], byte[]>? seal, params string[] seeds) : FuzzTarget
{
    private readonly Lazy<byte[][]> _seeds = new(() =>
        [.. seeds.Select(s => File.ReadAllBytes(Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.Data.Tests", "Fixtures", s)))]);

    public override string Name => name;

    public override string FileName => "picture";

    public override byte[] Make(Dice dice)
    {
        byte[] file = ByteMutations.Mutate(dice.Pick(_seeds.Value), dice, head);
        return seal is null || dice.OnceIn(4) ? file : seal(file);
    }

    public override void Try(string path, CancellationToken cancellationToken)
    {
        Picture picture = PictureFile.Read(path);
        PreprocessPresets.All["imagenet"].Apply(picture, 3, 32, 32);
    }

    // A picture of the most pixels that are read, once as it is decoded and once as it is used.
    public override long AllowedBytes(long length) => (64L << 20) + 8 * Picture.MaximumPixels + 64 * length;
}
