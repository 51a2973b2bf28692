using Spectre.Console;

namespace EasyQuant.Cli.Terminal;

/// <summary>Tables in the one style that the program has.</summary>
internal static class Tables
{
    /// <summary>An empty table; a heading that begins with <c>&gt;</c> is of a column of numbers, set to the right.</summary>
    public static Table Create(params ReadOnlySpan<string> headings)
    {
        Table table = new() { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (string heading in headings)
        {
            bool right = heading.StartsWith('>');
            TableColumn column = new(Markup.Escape(right ? heading[1..] : heading)) { NoWrap = right };
            table.AddColumn(right ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void AddText(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(c => new Text(c)));
}
