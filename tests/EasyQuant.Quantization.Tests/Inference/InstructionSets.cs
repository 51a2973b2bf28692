using EasyQuant.Runtime.Inference;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>What this processor offers.</summary>
internal static class InstructionSets
{
    /// <summary>Why sessions cannot use a level of instructions here; null where they can.</summary>
    public static string? Refusal(string isa)
    {
        try
        {
            new InferenceSession(SmallNetwork.Create(), new SessionOptions { Isa = isa, Threads = 1 }).Dispose();
            return null;
        }
        catch (PlatformNotSupportedException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Skips the running test, with the reason, where sessions cannot use a level of instructions.</summary>
    public static void SkipWhereRefused(string isa)
    {
        if (Refusal(isa) is { } reason)
        {
            Assert.Skip(reason);
        }
    }
}
