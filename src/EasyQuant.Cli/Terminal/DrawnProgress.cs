using Spectre.Console;

namespace EasyQuant.Cli.Terminal;

/// <summary>Progress as bars that are drawn over and disappear when the work is done.</summary>
internal sealed class DrawnProgress(IAnsiConsole console) : IProgressDisplay
{
    public T Show<T>(Func<IProgress<StageProgress>, T> work) => console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context => work(new Bars(context)));

    private sealed class Bars(ProgressContext context) : IProgress<StageProgress>
    {
        private readonly Lock _lock = new();
        private string _stage = "";
        private ProgressTask? _bar;

        public void Report(StageProgress value)
        {
            lock (_lock)
            {
                if (_bar is null || value.Stage != _stage)
                {
                    _bar?.StopTask();
                    _stage = value.Stage;
                    _bar = context.AddTask(Markup.Escape(value.Stage), maxValue: Math.Max(1, value.Total));
                }

                // Threads may report out of order; a bar only grows.
                _bar.Value = Math.Max(_bar.Value, value.Done);
            }
        }
    }
}
