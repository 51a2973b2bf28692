using System.CommandLine;
using EasyQuant.Benchmarks.Accuracy;
using EasyQuant.Benchmarks.FloatLatency;
using EasyQuant.Benchmarks.Footprint;
using EasyQuant.Benchmarks.Integer;
using EasyQuant.Benchmarks.LargeModels;
using EasyQuant.Benchmarks.Ocr;
using EasyQuant.Benchmarks.Results;
using EasyQuant.Benchmarks.Search;
using EasyQuant.Benchmarks.Soak;
using EasyQuant.Benchmarks.Stories;
using EasyQuant.Benchmarks.Targets;
using EasyQuant.Benchmarks.Tasks;
using EasyQuant.Benchmarks.Winograd;

RootCommand root = new("The measurements behind docs/results.md. Tables go to standard output, progress to standard error.")
{
    new ResultsCommand(),
    new AccuracyCommand(),
    new TargetsCommand(),
    new SearchCommand(),
    new FloatCommand(),
    new IntegerCommand(),
    new Int7Command(),
    new WinogradCommand(),
    new TasksCommand(),
    new OcrCommand(),
    new FootprintCommand(),
    new ProbeCommand(),
    new SoakCommand(),
    new StoriesCommand(),
    new LargeModelCommand(),
};
return root.Parse(args).Invoke();
