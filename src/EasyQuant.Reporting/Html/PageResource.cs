namespace EasyQuant.Reporting.Html;

/// <summary>The parts of the page that are compiled into the program.</summary>
internal static class PageResource
{
    /// <summary>The text of a part, with the line ends that a browser hashes: line feeds only.</summary>
    public static string Read(string name)
    {
        using Stream stream = typeof(PageResource).Assembly.GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"The program was built without its resource '{name}'.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
