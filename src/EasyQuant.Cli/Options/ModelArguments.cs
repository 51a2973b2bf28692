using System.CommandLine;

namespace EasyQuant.Cli.Options;

/// <summary>Arguments that name model files.</summary>
internal static class ModelArguments
{
    /// <summary>One model.</summary>
    public static Argument<string> One(string name = "MODEL", string description = "An ONNX model, or a prepared one (.eqm).") => new(name) { Description = description };

    /// <summary>One model or more.</summary>
    public static Argument<string[]> Several(string description) => new("MODEL") { Description = description, Arity = ArgumentArity.OneOrMore };
}
