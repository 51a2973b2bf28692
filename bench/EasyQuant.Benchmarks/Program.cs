using System.CommandLine;
using EasyQuant.Benchmarks.Accuracy;

RootCommand root = new("The measurements behind docs/results.md. Tables go to standard output, progress to standard error.")
{
    new AccuracyCommand(),
};
return root.Parse(args).Invoke();
