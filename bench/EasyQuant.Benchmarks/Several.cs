using System.CommandLine;

namespace EasyQuant.Benchmarks;

/// <summary>Options that take several values after their name.</summary>
internal static class Several
{
    public static Option<T[]> Option<T>(string name, string description, params T[] defaults) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => defaults,
    };
}
