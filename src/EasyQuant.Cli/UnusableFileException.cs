namespace EasyQuant.Cli;

/// <summary>A file or folder cannot be read or written; the message names it.</summary>
internal sealed class UnusableFileException : Exception
{
    public UnusableFileException(string message)
        : base(message)
    {
    }

    public UnusableFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
