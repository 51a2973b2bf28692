using System.IO.Compression;
using System.Text;
using EasyQuant.Data.Arrays;
using EasyQuant.Fuzz.Kit;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Arrays to begin with.</summary>
internal static class ArraySeeds
{
    private static readonly string s_fixtures = Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.Data.Tests", "Fixtures");

    private static readonly Lazy<byte[][]> s_npy = new(() => [.. Directory.EnumerateFiles(s_fixtures, "*.npy").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);

    // Archives hold the time of their making.
    private static readonly DateTimeOffset s_anyTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // The dictionary in the head of a file, from all the types, orders and shapes that NumPy writes and many that it does not.
    private static readonly Gen<string> s_descriptions =
        from descr in Gen.Elements("'<f4'", "'>f8'", "'|u1'", "'|O'", "'|V8'", "'<c8'", "'<U5'", "[('a', '<f4'), ('b', '<i4')]", "'<f4', 'shape': (1,)", "None", "''", "'='")
        from order in Gen.Elements("False", "True", "false", "0", "")
        from extents in Gen.ListOf(Gen.Frequency((6, Gen.Choose(0, 5).Select(i => $"{i}")), (1, Gen.Elements("-1", "4294967296", "9223372036854775807", "99999999999999999999", "1e3", "0x2", "2L", "None"))))
        from close in Gen.Elements(", }", "}", ",}", "", "}}", ", 'x': 1}")
        select $"{{'descr': {descr}, 'fortran_order': {order}, 'shape': ({string.Join(", ", extents)}{(extents.Count == 1 ? "," : "")}){close}";

    /// <summary>A .npy file.</summary>
    public static byte[] Npy(Dice dice)
    {
        if (!dice.OnceIn(3))
        {
            return ByteMutations.Mutate(dice.Pick(s_npy.Value), dice, 128);
        }

        string text = s_descriptions.Sample(1, new Rnd((ulong)dice.Seed, 2 * (ulong)(uint)dice.Seed + 1), 8).Single();
        byte[] head = Encoding.UTF8.GetBytes(dice.OnceIn(2) ? TextMutations.Mutate(text, dice) : text);
        int version = 1 + dice.Below(3);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)head.Length) : BitConverter.GetBytes(head.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. head, .. new byte[dice.Pick([0, 4, 24, 120, 4096])]];
    }

    /// <summary>An IDX file, plain or gzipped.</summary>
    public static byte[] Idx(Dice dice)
    {
        byte[] plain = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[4 * 28 * 28]];
        bool mutateInside = dice.OnceIn(2);
        byte[] inner = mutateInside ? ByteMutations.Mutate(plain, dice, 16) : plain;
        byte[] file = dice.OnceIn(3) ? inner : Gzip(inner);
        return mutateInside ? file : ByteMutations.Mutate(file, dice, 32);
    }

    /// <summary>A .npz archive: sound, bent inside before it is packed, or bent outside.</summary>
    public static byte[] Npz(Dice dice)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = dice.SmallCount(4); i > 0; i--)
            {
                string name = dice.Pick(["x.npy", "labels.npy", "../x.npy", "/x.npy", "a/../../x.npy", " ", ".npy", "x", new string('n', 1000), "\0.npy", "x.npy"]);
                ZipArchiveEntry entry = archive.CreateEntry(name, dice.Pick([CompressionLevel.NoCompression, CompressionLevel.Fastest]));
                entry.LastWriteTime = s_anyTime;
                using Stream contents = entry.Open();
                contents.Write(dice.Below(8) switch
                {
                    0 => Npy(dice),
                    1 => Zeros(dice.Pick([1 << 10, 1 << 22])),
                    _ => dice.Pick(s_npy.Value),
                });
            }
        }

        byte[] file = stream.ToArray();
        return dice.OnceIn(2) ? MutateEnds(file, dice) : file;
    }

    // A zip keeps its list of entries at its end.
    private static byte[] MutateEnds(byte[] file, Dice dice)
    {
        if (dice.OnceIn(3))
        {
            return ByteMutations.Mutate(file, dice, 64);
        }

        int end = Math.Max(0, file.Length - 200);
        return [.. file[..end], .. ByteMutations.Mutate(file[end..], dice, 200)];
    }

    // An array of zeros, which packs to a thousandth.
    private static byte[] Zeros(int count)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, Tensor.From(new float[count], [count]));
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
