using Xunit;

namespace EasyQuant.Testing;

/// <summary>
/// Real models, labelled pictures and ONNX's test data, kept outside the repository: in the folder that the environment
/// variable <c>EASYQUANT_ASSETS</c> names, or in <c>../shared/assets</c> beside the checkout.
/// </summary>
public static class Assets
{
    /// <summary>The checkout's root: the folder that holds <c>EasyQuant.slnx</c>.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>The folder of the assets, or nothing where there is none.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>The path of an asset; the running test is skipped, with the reason, where it is absent.</summary>
    public static string PathOrSkip(params string[] parts)
    {
        string relative = Path.Combine(parts);
        Assert.SkipWhen(Folder is null, $"needs the asset '{relative}': set EASYQUANT_ASSETS to the folder of assets");
        string path = Path.Combine(Folder!, relative);
        Assert.SkipUnless(Path.Exists(path), $"needs the asset '{relative}', which is not in '{Folder}'");
        return path;
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("EASYQUANT_ASSETS") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"EASYQUANT_ASSETS names '{named}', which is no folder.");
        }

        string beside = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "assets"));
        return Directory.Exists(beside) ? beside : null;
    }

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EasyQuant.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds EasyQuant.slnx.");
    }
}
