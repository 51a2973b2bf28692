using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

public sealed class InputValidationTests
{
    [Theory]
    [InlineData("missing", "Input 'mask' is missing: the model expects mask: f32[nx4].")]
    [InlineData("unknown", "The model has no input 'imagee'. Known: 'image', 'mask'.")]
    [InlineData("type", "Input 'mask' is i64[2x4], expected element type f32.")]
    [InlineData("rank", "Input 'mask' is f32[4], expected 2 dimensions (nx4).")]
    [InlineData("extent", "Input 'mask' is f32[2x5], expected nx4: dimension 1 is 5 instead of 4.")]
    [InlineData("symbol", "Input 'mask' is f32[3x4], expected nx4: 'n' is 3 here and 2 in 'image'.")]
    public void Refuses_AndSaysWhy(string mistake, string message)
    {
        Graph graph = new();
        Value image = graph.Input("image", DataType.Float32, new Dimension(null, "n"), 4);
        Value mask = graph.Input("mask", DataType.Float32, new Dimension(null, "n"), 4);
        using GraphExecutor executor = new(graph.ToModel(graph.Call("Mul", [image, mask], "y")));
        Dictionary<string, Tensor> inputs = new() { ["image"] = SmallModels.Noise(1, [2, 4]), ["mask"] = SmallModels.Noise(2, [2, 4]) };
        switch (mistake)
        {
            case "missing": inputs.Remove("mask"); break;
            case "unknown": inputs["imagee"] = inputs["mask"]; break;
            case "type": inputs["mask"] = Tensor.From(new long[8], [2, 4]); break;
            case "rank": inputs["mask"] = SmallModels.Noise(1, [4]); break;
            case "extent": inputs["mask"] = SmallModels.Noise(1, [2, 5]); break;
            default: inputs["mask"] = SmallModels.Noise(1, [3, 4]); break;
        }

        ArgumentException error = Assert.Throws<ArgumentException>(() => executor.Run(inputs));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InitializersAmongTheInputs_MayBeReplaced_SinceFormatVersion4()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1);
        Value w = graph.AddConstant("w", Tensor.From([2f], [1]));
        graph.Inputs.Add(w);
        Model model = graph.ToModel(graph.Call("Mul", [x, w], "y"));
        using GraphExecutor executor = new(model);
        Dictionary<string, Tensor> inputs = new() { ["x"] = Tensor.From([3f], [1]) };

        Assert.Equal(6, executor.Run(inputs)["y"].AsSpan<float>()[0]);
        inputs["w"] = Tensor.From([5f], [1]);
        Assert.Equal(15, executor.Run(inputs)["y"].AsSpan<float>()[0]);

        model.IrVersion = 3;
        using GraphExecutor old = new(model);
        Assert.Throws<ArgumentException>(() => old.Run(inputs));
    }
}
