using EasyQuant.Graphs;

namespace EasyQuant.Onnx.ExternalData;

/// <summary>Turns the location that a model names into a path, and refuses every location outside the model's folder.</summary>
internal static class ContainedPath
{
    private const int MaximumLinks = 40;

    /// <summary>The path of <paramref name="location"/> in <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidModelException">The location is absolute, climbs out, or leads out through a link.</exception>
    public static string Resolve(string folder, string location)
    {
        string[] parts = [.. location.Split('/', '\\').Where(p => p is not ("" or "."))];
        if (parts.Length == 0 || location.Contains('\0') || location[0] is '/' or '\\' || Path.IsPathRooted(location))
        {
            throw Refuse(location, "expected a file name relative to the model");
        }

        if (parts.Contains(".."))
        {
            throw Refuse(location, "'..' may not appear in it");
        }

        int links = 0;
        string root = RealPath(Path.GetFullPath(folder), ref links, location);
        string path = RealPath(Path.Combine(root, Path.Combine(parts)), ref links, location);
        string prefix = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw Refuse(location, "a link leads out of the model's folder; put the file itself there");
        }

        return path;
    }

    private static string RealPath(string path, ref int links, string location)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real).LinkTarget is { } target)
            {
                if (++links > MaximumLinks)
                {
                    throw Refuse(location, $"it leads through more than {MaximumLinks} links");
                }

                real = RealPath(Path.GetFullPath(target, Path.GetDirectoryName(real)!), ref links, location);
            }
        }

        return real;
    }

    private static InvalidModelException Refuse(string location, string reason) =>
        new($"external data at '{location}' is refused: {reason}.");
}
