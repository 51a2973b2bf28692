using System.Globalization;
using System.Text;

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
        if (!File.Exists(path))
        {
            throw new InvalidSampleException($"There is no label file '{path}'.");
        }

        List<LabelledFile> result = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        (int File, int Label)? columns = null;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            List<string> fields = Split(line, path, number);
            if (columns is null)
            {
                columns = (Column(fields, "file", path, number), Column(fields, "label", path, number));
                continue;
            }

            LabelledFile row = ToRow(fields, columns.Value, path, number);
            if (!lines.TryAdd(row.File, number))
            {
                throw Wrong(path, number, $"'{row.File}' is listed in line {lines[row.File]} already");
            }

            result.Add(row);
        }

        return result.Count > 0 ? result : throw new InvalidSampleException($"Label file '{path}' lists no files; expected a header 'file,label' and a row for each picture.");
    }

    private static LabelledFile ToRow(List<string> fields, (int File, int Label) columns, string path, int line)
    {
        if (fields.Count <= Math.Max(columns.File, columns.Label))
        {
            throw Wrong(path, line, $"expected a file and a label, found {fields.Count} field(s)");
        }

        string file = fields[columns.File];
        if (file.Length == 0 || Path.IsPathRooted(file) || file.Split('/', '\\').Contains(".."))
        {
            throw Wrong(path, line, $"'{file}' is no path below the folder of pictures");
        }

        return int.TryParse(fields[columns.Label], NumberStyles.None, CultureInfo.InvariantCulture, out int label)
            ? new LabelledFile(file, label, line)
            : throw Wrong(path, line, $"the label '{fields[columns.Label]}' is no class number (0, 1, ...)");
    }

    private static int Column(List<string> header, string name, string path, int line)
    {
        int index = header.FindIndex(h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw Wrong(path, line, $"expected a header with the columns 'file' and 'label', found '{string.Join(',', header)}'");
    }

    // RFC 4180 without line breaks inside fields.
    private static List<string> Split(string line, string path, int number)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(c);
                i++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (isQuoted)
        {
            throw Wrong(path, number, "a quoted field has no end");
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }

    private static InvalidSampleException Wrong(string path, int line, string finding) => new($"Label file '{path}', line {line}: {finding}.");
}
