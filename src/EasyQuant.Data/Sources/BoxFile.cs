using System.Globalization;

namespace EasyQuant.Data.Sources;

/// <summary>
/// CSV files with a row for each object in a picture: the columns <c>file</c>, <c>class</c> (or <c>class80</c>), <c>x</c>, <c>y</c> (of the
/// upper left corner), <c>w</c>, <c>h</c>, in pixels of the picture, and where there are crowds <c>iscrowd</c> (0 or 1); in any order and among others.
/// </summary>
public sealed class BoxFile
{
    private readonly Dictionary<string, List<LabelledBox>> _boxes;

    private BoxFile(string path, Dictionary<string, List<LabelledBox>> boxes, IReadOnlyDictionary<string, int> lines)
    {
        Path = path;
        _boxes = boxes;
        Lines = lines;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The pictures listed, each with the first line that does.</summary>
    public IReadOnlyDictionary<string, int> Lines { get; }

    /// <summary>The objects of a picture; none where the file does not list it.</summary>
    public IReadOnlyList<LabelledBox> Of(string picture) => _boxes.TryGetValue(picture, out List<LabelledBox>? boxes) ? boxes : [];

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidSampleException">The file or a column is missing, or a row does not fit it; the message gives the line.</exception>
    public static BoxFile Read(string path)
    {
        CsvTable table = new("Box file", path);
        Dictionary<string, List<LabelledBox>> boxes = new(StringComparer.Ordinal);
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        Columns? columns = null;
        foreach ((int line, List<string> fields) in table.Rows())
        {
            if (columns is null)
            {
                columns = Columns.Of(fields, table, line);
                continue;
            }

            if (fields.Count <= columns.Last)
            {
                throw table.Wrong(line, $"expected at least {columns.Last + 1} fields, found {fields.Count}");
            }

            string picture = table.PictureOf(fields[columns.File], line);
            if (lines.TryAdd(picture, line))
            {
                boxes[picture] = [];
            }

            boxes[picture].Add(ToBox(fields, columns, table, line));
        }

        return lines.Count > 0
            ? new BoxFile(path, boxes, lines)
            : throw new InvalidSampleException($"{table.Description} lists no objects; expected a header '{Columns.Header}' and a row for each object.");
    }

    private static LabelledBox ToBox(List<string> fields, Columns columns, CsvTable table, int line)
    {
        double x = Number(columns.X);
        double y = Number(columns.Y);
        double width = Number(columns.Width);
        double height = Number(columns.Height);
        if (width <= 0 || height <= 0)
        {
            throw table.Wrong(line, $"the box is {width} wide and {height} high; expected positive sizes");
        }

        string crowd = columns.Crowd is { } c ? fields[c] : "0";
        return !int.TryParse(fields[columns.Class], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? throw table.Wrong(line, $"the class '{fields[columns.Class]}' is no class number (0, 1, ...)")
            : crowd is not ("0" or "1")
            ? throw table.Wrong(line, $"iscrowd is '{crowd}', expected 0 or 1")
            : new LabelledBox(new Box(x, y, x + width, y + height), index, crowd == "1");

        double Number(int column) => double.TryParse(fields[column], CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw table.Wrong(line, $"'{fields[column]}' is no number of pixels");
    }

    private sealed record Columns(int File, int Class, int X, int Y, int Width, int Height, int? Crowd)
    {
        public const string Header = "file,class,x,y,w,h";

        public int Last { get; } = new[] { File, Class, X, Y, Width, Height, Crowd ?? 0 }.Max();

        public static Columns Of(List<string> header, CsvTable table, int line)
        {
            return new Columns(Required("file"), Find("class") ?? Required("class80"), Required("x"), Required("y"), Required("w"), Required("h"), Find("iscrowd"));

            int? Find(string name) => header.FindIndex(h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase)) is >= 0 and int index ? index : null;

            int Required(string name) => Find(name) ?? throw table.Wrong(line, $"expected a header with the columns '{Header}', found '{string.Join(',', header)}'");
        }
    }
}
