using System.CommandLine;
using EasyQuant.Cli.Terminal;
using EasyQuant.Quantization.Caching;

namespace EasyQuant.Cli.Options;

/// <summary>The option that lets a run go on where another one ended.</summary>
internal sealed class CacheOption
{
    private readonly List<ReusedWork> _reused = [];

    /// <summary>The option.</summary>
    public Option<string?> Option { get; } = new("--cache")
    {
        Description = "Keep statistics and search results in this folder, and take from it what is known: a run that was killed goes on where it was. The result is the same; the folder may be deleted at any time.",
        HelpName = "DIR",
    };

    /// <summary>What did not have to be computed, so far.</summary>
    public IReadOnlyList<ReusedWork> Reused => _reused;

    /// <summary>Opens the folder that the command line names, if it names one.</summary>
    /// <exception cref="UnusableFileException">It cannot be used.</exception>
    public QuantizationCache? Open(ParseResult parsed, Session session)
    {
        if (parsed.GetValue(Option) is not { } folder)
        {
            return null;
        }

        _reused.Clear();
        try
        {
            return QuantizationCache.Open(folder, session.Warn, work =>
            {
                _reused.Add(work);
                session.Note($"Resumed from {folder}: {work}.");
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnusableFileException($"Cache folder '{folder}' cannot be used: {error.Message} Name another one with --cache.", error);
        }
    }
}
