using System.CommandLine;
using System.CommandLine.Parsing;
using EasyQuant.Evaluation;

namespace EasyQuant.Cli.Options;

/// <summary>The option that says what computes models.</summary>
internal static class EngineOption
{
    private const string Float = "float";
    private const string Integer = "integer";

    /// <summary>The option; without it, the kind of file decides.</summary>
    public static Option<Engine?> Create()
    {
        Option<Engine?> option = new("--engine")
        {
            Description = "What computes models: float as the graph says, or integers where a model is quantized. By default integers for prepared models (.eqm), else float.",
            HelpName = $"{Float}|{Integer}",
            CustomParser = Parse,
        };
        option.CompletionSources.Add(Float, Integer);
        return option;
    }

    private static Engine? Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case Float:
                return Engine.Float;
            case Integer:
                return Engine.Integer;
            default:
                result.AddError($"--engine is '{result.Tokens[0].Value}', expected '{Float}' or '{Integer}'.");
                return null;
        }
    }
}
