using Spectre.Console;

namespace EasyQuant.Cli.Terminal;

/// <summary>Progress as a bar for the stage at hand, drawn over and gone when the work is done.</summary>
internal sealed class DrawnProgress(IAnsiConsole console) : IProgressDisplay
{
    public T Show<T>(Func<IProgress<StageProgress>, T> work) => console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .Start(context => work(new Bar(context.AddTask("starting"))));

    private sealed class Bar(ProgressTask bar) : IProgress<StageProgress>
    {
        private readonly Lock _lock = new();
        private string _stage = "";

        public void Report(StageProgress value)
        {
            lock (_lock)
            {
                bool isNew = value.Stage != _stage;
                _stage = value.Stage;
                bar.Description = Markup.Escape(value.Stage);
                bar.MaxValue = Math.Max(1, value.Total);

                // Threads may report out of order; within a stage a bar only grows.
                bar.Value = isNew ? value.Done : Math.Max(bar.Value, value.Done);
            }
        }
    }
}
