using System.CommandLine;
using EasyQuant.Fuzz;

RootCommand root = new("Tries hostile files on every reader. The table goes to standard output, progress to standard error.")
{
    new RunCommand(),
    new TryCommand(),
    new WorkerCommand(),
};
return root.Parse(args).Invoke();
