using Xunit;

namespace EasyQuant.Data.Preprocessing;

public sealed class PreprocessJsonTests
{
    public static TheoryData<string> Presets => [.. PreprocessPresets.All.Keys];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Presets_GoByName_AndSurviveJson(string name)
    {
        Preprocess preset = PreprocessJson.Load(name);
        string json = PreprocessJson.Write(preset);

        Assert.Equal(name, PreprocessJson.ToText(preset));
        Assert.Equal(json, PreprocessJson.Write(PreprocessJson.Parse(json, "x")));
        Assert.Equal(json, PreprocessJson.Write(PreprocessJson.FromText(name, "x")));
    }

    [Fact]
    public void ReadsADetectorsFile()
    {
        Preprocess preprocess = PreprocessJson.Parse("""
            { "color": "bgr", "resize": { "mode": "letterbox", "width": 416, "height": 320, "pad": 7, "anchor": "topLeft" }, "interpolation": "nearest" }
            """, "x");

        Assert.Equal(ColorOrder.Bgr, preprocess.Color);
        Assert.Equal(new ResizeRule.Letterbox(416, 320, 7, Anchor.TopLeft), preprocess.Resize);
        Assert.Equal(Interpolation.Nearest, preprocess.Interpolation);
        Assert.StartsWith("{\"color\":\"BGR\"", PreprocessJson.ToText(preprocess), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyObject_IsThePresetNone() => Assert.Equal("none", PreprocessJson.ToText(PreprocessJson.Parse("{}", "x")));

    [Theory]
    [InlineData("""{ "mena": [1] }""", "'mena' is not known; known: 'color', 'scale', 'mean', 'std', 'resize', 'crop', 'interpolation'")]
    [InlineData("""{ "resize": { "mode": "exact", "hight": 3 } }""", "'hight' is not known; known: 'mode', 'size', 'width', 'height'")]
    [InlineData("""{ "color": "RBG" }""", "color 'RBG' is not known; known: 'auto', 'RGB', 'BGR', 'GRAY'")]
    [InlineData("""{ "resize": { "mode": "shortside" } }""", "known: 'shortSide'")]
    [InlineData("""{ "resize": { "mode": "shortSide", "width": 4 } }""", "'size' only")]
    [InlineData("""{ "resize": { "mode": "exact", "width": 0 } }""", "1 to 16384")]
    [InlineData("""{ "resize": { "mode": "letterbox", "pad": 300 } }""", "0 to 255")]
    [InlineData("""{ "resize": { "mode": "multiple", "by": "crop" } }""", "known: 'pad', 'resize'")]
    [InlineData("""{ "resize": { "mode": "multiple", "by": "resize", "pad": 3 } }""", "'pad' goes with")]
    [InlineData("""{ "resize": { "mode": "multiple", "of": 0 } }""", "1 to 16384")]
    [InlineData("""{ "resize": { "mode": "exact", "of": 32 } }""", "go with mode 'multiple'")]
    [InlineData("""{ "resize": "none" }""", "expected an object, found String")]
    [InlineData("""{ "mean": [1, 2] }""", "mean has 2 values")]
    [InlineData("""{ "std": [0] }""", "zero")]
    [InlineData("""{ "mean": 0.28 }""", "mean: expected a list of numbers, found Number")]
    [InlineData("""{ "std": [1, "2", 3] }""", "std: expected a list of numbers, found Array")]
    [InlineData("""{ "scale": "big" }""", "scale: expected a number, found String")]
    [InlineData("""{ "resize": { "mode": "shortSide", "size": 25.5 } }""", "resize: size: expected a whole number, found Number")]
    [InlineData("""{ "crop": 1 }""", "crop: expected a text, found Number")]
    [InlineData("""{ "scale": 1, "scale": 2 }""", "scale")]
    [InlineData("""[]""", "expected an object, found Array")]
    [InlineData("""{""", "not valid")]
    public void WhatIsNotUnderstood_IsRefused_WithWhatWouldBe(string json, string finding)
    {
        InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => PreprocessJson.Parse(json, "pre.json"));

        Assert.Contains("'pre.json'", e.Message, StringComparison.Ordinal);
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownName_ListsThePresets() => Assert.Contains(
        "imagenet, inception, caffe, cifar, yolox, face, luminance, none", Assert.Throws<InvalidSampleException>(() => PreprocessJson.Load("imagent")).Message, StringComparison.Ordinal);
}
