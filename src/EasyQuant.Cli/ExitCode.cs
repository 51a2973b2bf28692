namespace EasyQuant.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A fault of ours.</summary>
    public const int Bug = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int WrongUsage = 2;

    /// <summary>A model, data or a place for results cannot be used.</summary>
    public const int UnusableInput = 3;

    /// <summary>Done, but a stated target was missed.</summary>
    public const int TargetMissed = 4;

    /// <summary>Cancelled by the user: 128 and the number of the interrupt signal.</summary>
    public const int Cancelled = 130;
}
