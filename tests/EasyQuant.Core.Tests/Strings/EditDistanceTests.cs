using EasyQuant.Strings;
using Xunit;

namespace EasyQuant.Core.Tests.Strings;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("quantise", "quantize", 1)]
    [InlineData("bench", "bnech", 2)]
    public void Between_CountsEdits(string a, string b, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(a, b));
        Assert.Equal(expected, EditDistance.Between(b, a));
    }
}
