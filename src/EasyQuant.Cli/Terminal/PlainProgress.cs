using System.Diagnostics;

namespace EasyQuant.Cli.Terminal;

/// <summary>Progress as lines of text, few enough for a log: one when a stage begins and one every few seconds.</summary>
internal sealed class PlainProgress(TextWriter writer) : IProgressDisplay
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    public T Show<T>(Func<IProgress<StageProgress>, T> work) => work(new Lines(writer));

    private sealed class Lines(TextWriter writer) : IProgress<StageProgress>
    {
        private readonly Lock _lock = new();
        private string _stage = "";
        private long _lastLine;

        public void Report(StageProgress value)
        {
            lock (_lock)
            {
                if (value.Stage != _stage || Stopwatch.GetElapsedTime(_lastLine) > s_pause)
                {
                    _stage = value.Stage;
                    _lastLine = Stopwatch.GetTimestamp();
                    writer.WriteLine($"{value.Stage}: {value.Done} of {value.Total}");
                }
            }
        }
    }
}
