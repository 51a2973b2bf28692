using System.Globalization;

namespace EasyQuant.Data.Sources;

/// <summary>A picture with its class, as a row of a label file gives them.</summary>
/// <param name="File">The path, relative to the folder of pictures.</param>
/// <param name="Label">The class.</param>
/// <param name="Line">The line of the label file.</param>
public sealed record LabelledFile(string File, int Label, int Line);

/// <summary>CSV files with the columns <c>file</c> and <c>label</c>, in any order and among others; fields may be quoted.</summary>
public static class LabelFile
{
    /// <summary>Reads all rows, in the order of the file.</summary>
    /// <exception cref="InvalidSampleException">A column is missing, a row does not fit it, or a file is listed twice; the message gives the line.</exception>
    public static IReadOnlyList<LabelledFile> Read(string path)
    {
        CsvTable table = new("Label file", path);
        List<LabelledFile> result = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        (int File, int Label)? columns = null;
        foreach ((int line, List<string> fields) in table.Rows())
        {
            if (columns is null)
            {
                columns = (Column(fields, "file", table, line), Column(fields, "label", table, line));
                continue;
            }

            LabelledFile row = ToRow(fields, columns.Value, table, line);
            if (!lines.TryAdd(row.File, line))
            {
                throw table.Wrong(line, $"'{row.File}' is listed in line {lines[row.File]} already");
            }

            result.Add(row);
        }

        return result.Count > 0 ? result : throw new InvalidSampleException($"{table.Description} lists no files; expected a header 'file,label' and a row for each picture.");
    }

    private static LabelledFile ToRow(List<string> fields, (int File, int Label) columns, CsvTable table, int line)
    {
        if (fields.Count <= Math.Max(columns.File, columns.Label))
        {
            throw table.Wrong(line, $"expected a file and a label, found {fields.Count} field(s)");
        }

        string file = table.PictureOf(fields[columns.File], line);
        return int.TryParse(fields[columns.Label], NumberStyles.None, CultureInfo.InvariantCulture, out int label)
            ? new LabelledFile(file, label, line)
            : throw table.Wrong(line, $"the label '{fields[columns.Label]}' is no class number (0, 1, ...)");
    }

    private static int Column(List<string> header, string name, CsvTable table, int line)
    {
        int index = header.FindIndex(h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw table.Wrong(line, $"expected a header with the columns 'file' and 'label', found '{string.Join(',', header)}'");
    }
}
