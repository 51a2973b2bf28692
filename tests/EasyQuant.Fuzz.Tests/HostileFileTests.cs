using EasyQuant.Fuzz.Kit;
using EasyQuant.Fuzz.Targets;
using Xunit;

namespace EasyQuant.Fuzz.Tests;

/// <summary>Whatever a file holds, the answer is a correct run or a clear refusal: the first inputs of each reader, the same in every run.</summary>
/// <remarks>For longer: <c>dotnet run -c Release --project tests/EasyQuant.Fuzz -- run --seconds 600</c>.</remarks>
public sealed class HostileFileTests
{
    private const int Seed = 1;

    // About two seconds for each reader; those that run models have fewer.
    private static readonly Dictionary<string, int> s_inputs = new()
    {
        ["model"] = 25,
        ["operators"] = 400,
        ["graphs"] = 400,
        ["external-data"] = 100,
        ["quantized"] = 80,
        ["prepared"] = 300,
        ["npz"] = 100,
    };

    public static TheoryData<string> Readers => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public void HostileFiles_AreReadOrRefused(string reader)
    {
        int inputs = s_inputs.GetValueOrDefault(reader, 300);

        Tally tally = new FuzzRun(FuzzTargets.Named(reader), Seed, null).Run(inputs, TimeSpan.FromMinutes(5));

        Assert.Empty(tally.Findings.Select(f => $"input {f.Value.First} of seed {Seed}: {f.Key}"));
        Assert.Equal(inputs, tally.Inputs);
        Assert.NotEqual(0, tally.Ran);
        Assert.NotEqual(0, tally.Refused);
    }
}
