using Spectre.Console;

namespace EasyQuant.Cli.Terminal;

/// <summary>Makes Spectre's consoles over our streams.</summary>
internal static class Consoles
{
    // A redirected table should be cut by whoever reads it, not by us.
    private const int RedirectedWidth = 200;

    /// <summary>A console that colours and draws only where a person is watching.</summary>
    public static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
