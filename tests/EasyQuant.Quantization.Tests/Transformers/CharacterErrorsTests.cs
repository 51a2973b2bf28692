using EasyQuant.TextReading;
using Xunit;

namespace EasyQuant.Quantization.Tests.Transformers;

public sealed class CharacterErrorsTests
{
    [Fact]
    public void Errors_AreCountedTextByText_AndSharedByAllCharacters()
    {
        string[] texts = ["abcd", "ef", "gh"], read = ["abxd", "f", "gh"];

        Assert.Equal(2, CharacterErrors.Count(texts, read));
        Assert.Equal(75, CharacterErrors.PercentRight(texts, read));
    }
}
