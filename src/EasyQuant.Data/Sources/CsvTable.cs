using System.Text;

namespace EasyQuant.Data.Sources;

/// <summary>A text file of rows with a header that names the columns; fields may be quoted (RFC 4180 without line breaks inside fields).</summary>
/// <param name="kind">What messages call the file.</param>
/// <param name="path">The file.</param>
internal sealed class CsvTable(string kind, string path)
{
    /// <summary>What messages call the file.</summary>
    public string Description => $"{kind} '{path}'";

    /// <summary>The rows that are not blank, each with the number of its line; the header is the first.</summary>
    /// <exception cref="InvalidSampleException">There is no such file, or a quoted field has no end.</exception>
    public IEnumerable<(int Line, List<string> Fields)> Rows()
    {
        if (!File.Exists(path))
        {
            throw new InvalidSampleException($"There is no {char.ToLowerInvariant(kind[0])}{kind[1..]} '{path}'.");
        }

        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, Split(line, number));
            }
        }
    }

    /// <summary>The error that something is wrong in a line.</summary>
    public InvalidSampleException Wrong(int line, string finding) => new($"{Description}, line {line}: {finding}.");

    /// <summary>A field that is the path of a picture below the folder of pictures.</summary>
    /// <exception cref="InvalidSampleException">It leads elsewhere.</exception>
    public string PictureOf(string field, int line) =>
        field.Length > 0 && !Path.IsPathRooted(field) && !field.Split('/', '\\').Contains("..")
            ? field
            : throw Wrong(line, $"'{field}' is no path below the folder of pictures");

    private List<string> Split(string line, int number)
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
            throw Wrong(number, "a quoted field has no end");
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}
