using System.Text;
using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Reporting;
using EasyQuant.Reporting.Html;
using EasyQuant.Runtime.Prepared;

namespace EasyQuant.Cli;

/// <summary>A file for a result, checked before the work begins so that nothing is calculated in vain.</summary>
internal sealed class OutputFile
{
    private OutputFile(string path) => Path = path;

    /// <summary>The file's path as the user gave it.</summary>
    public string Path { get; }

    /// <summary>Makes sure that the file can be written and is not the one that is read.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    /// <exception cref="UsageException">It is the input.</exception>
    public static OutputFile Prepare(string path, string input)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path;
        if (Directory.Exists(path) || !Directory.Exists(folder))
        {
            throw new UnusableFileException($"'{path}' cannot be written: {(Directory.Exists(path) ? "it is a folder, expected a file name." : $"there is no folder '{folder}'; create it first.")}");
        }

        if (Resolve(path) == Resolve(input))
        {
            throw new UsageException($"'{path}' is the model to be read; write the result to another file.");
        }

        OutputFolder.RequireWritable(folder);
        return new OutputFile(path);
    }

    /// <summary>Refuses two results in one file.</summary>
    /// <exception cref="UsageException">The other is this file.</exception>
    public void RequireOtherThan(OutputFile? other)
    {
        if (other is not null && Resolve(Path) == Resolve(other.Path))
        {
            throw new UsageException($"'{other.Path}' is the file for the model; write the report to another one.");
        }
    }

    /// <summary>Writes a model to the file, and returns how many bytes it has with its external data.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public long Write(Model model)
    {
        long bytes = 0;
        Write(Path, path => bytes = OnnxModelWriter.Write(model, path));
        return bytes;
    }

    /// <summary>Writes a model to the file in the prepared form.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public void WritePrepared(Model model) => Write(Path, path => PreparedModelFile.Write(model, path));

    /// <summary>Writes a report to the file.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public void Write(QuantizationReport report) => Write(Path, path => HtmlReport.Write(report, path));

    /// <summary>Writes a text to the file, by way of a temporary one.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public void WriteText(string text) => Write(Path, path =>
    {
        using FileTransaction files = new();
        files.Create(path).Write(Encoding.UTF8.GetBytes(text));
        files.Commit();
    });

    /// <summary>Writes something to a path.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    internal static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnusableFileException($"'{path}' cannot be written: {error.Message}", error);
        }
    }

    // Two names of one file, by links or dots, are one file.
    private static string Resolve(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
