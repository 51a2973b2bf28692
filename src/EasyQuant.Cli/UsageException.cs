namespace EasyQuant.Cli;

/// <summary>The command line asks for something that does not go together; the message says what and the way out.</summary>
internal sealed class UsageException(string message) : Exception(message);
