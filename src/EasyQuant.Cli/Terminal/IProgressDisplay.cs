namespace EasyQuant.Cli.Terminal;

/// <summary>How far a piece of work is.</summary>
/// <param name="Stage">What is being done; a new stage begins when the text changes.</param>
/// <param name="Done">Steps of the stage that are done.</param>
/// <param name="Total">Steps of the stage.</param>
internal readonly record struct StageProgress(string Stage, int Done, int Total);

/// <summary>Shows progress while some work runs.</summary>
internal interface IProgressDisplay
{
    /// <summary>Runs <paramref name="work"/>, which may report from several threads.</summary>
    T Show<T>(Func<IProgress<StageProgress>, T> work);
}
