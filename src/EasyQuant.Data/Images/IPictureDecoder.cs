namespace EasyQuant.Data.Images;

/// <summary>Reads one picture format. Stateless, so that threads share it.</summary>
internal interface IPictureDecoder
{
    /// <summary>The format's name, as messages say it.</summary>
    string Format { get; }

    /// <summary>Extensions its files usually have, in lower case with the dot. They select files in a folder; the content decides who decodes.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether a file that begins like this is of this format.</summary>
    bool Recognizes(ReadOnlySpan<byte> file);

    /// <summary>Decodes a whole file.</summary>
    /// <exception cref="InvalidSampleException">The file is damaged, too large or of a kind that is not read.</exception>
    Picture Decode(ReadOnlySpan<byte> file, string name);
}
