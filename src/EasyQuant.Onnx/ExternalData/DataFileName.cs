using System.Text;
using System.Text.RegularExpressions;

namespace EasyQuant.Onnx.ExternalData;

/// <summary>Names of the data files beside models that are written here: <c>MODEL.</c>, 16 hexadecimal digits of the contents' SHA-256, <c>.data</c>.</summary>
/// <remarks>
/// Other contents have another name. So a model and its data can be replaced in one step, by the move of the model: until then the old
/// model finds its old data. The same contents have the same name, so that writing twice gives the same bytes.
/// </remarks>
internal static partial class DataFileName
{
    private const int HashedBytes = 8;

    /// <summary>The path of the data of the model at <paramref name="modelPath"/>.</summary>
    public static string Of(string modelPath, ReadOnlySpan<byte> hash) => $"{modelPath}.{Convert.ToHexStringLower(hash[..HashedBytes])}.data";

    /// <summary>Paths of files with such names that the model at <paramref name="modelPath"/> refers to as it stands.</summary>
    /// <remarks>A file of the folder that the model does not mention is left alone: another model may.</remarks>
    public static IReadOnlyList<string> ReferredToBy(string modelPath)
    {
        string start = $"{Path.GetFileName(modelPath)}.";
        string[] candidates =
        [
            .. Directory.EnumerateFiles(Path.GetDirectoryName(modelPath)!, "*.data")
                .Where(p => Path.GetFileName(p) is var name && name.StartsWith(start, StringComparison.Ordinal) && Unique().IsMatch(name.AsSpan(start.Length))),
        ];
        if (candidates.Length == 0 || new FileInfo(modelPath) is not { Exists: true, Length: <= int.MaxValue })
        {
            return [];
        }

        byte[] bytes = File.ReadAllBytes(modelPath);
        List<string> found = [];
        foreach (string candidate in candidates)
        {
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Path.GetFileName(candidate))) >= 0)
            {
                found.Add(candidate);
            }
        }

        return found;
    }

    [GeneratedRegex(@"^[0-9a-f]{16}\.data\z")]
    private static partial Regex Unique();
}
