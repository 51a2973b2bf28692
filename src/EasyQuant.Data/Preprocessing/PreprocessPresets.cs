namespace EasyQuant.Data.Preprocessing;

/// <summary>The preprocessings that are known by name.</summary>
public static class PreprocessPresets
{
    private static readonly double[] ImagenetMean = [0.485, 0.456, 0.406];
    private static readonly double[] ImagenetStd = [0.229, 0.224, 0.225];

    /// <summary><c>imagenet</c>: RGB, x/255, the data set's mean and deviation; short side to 256 for an input of 224, centre crop.</summary>
    public static Preprocess Imagenet { get; } = new()
    {
        Color = ColorOrder.Rgb,
        Scale = 1.0 / 255.0,
        Mean = ImagenetMean,
        Std = ImagenetStd,
        Resize = new ResizeRule.ShortSide(),
        Crop = Crop.Center,
    };

    /// <summary><c>inception</c>: RGB, x/127.5 − 1; framed like <see cref="Imagenet"/>.</summary>
    public static Preprocess Inception { get; } = Imagenet with { Scale = 1.0 / 127.5, Mean = [1], Std = [1] };

    /// <summary><c>caffe</c>: BGR minus 104, 117, 123; framed like <see cref="Imagenet"/>.</summary>
    public static Preprocess Caffe { get; } = Imagenet with { Color = ColorOrder.Bgr, Scale = 1, Mean = [104, 117, 123], Std = [1] };

    /// <summary><c>cifar</c>: RGB, x/255, ImageNet's mean and deviation; pictures must have the model's size.</summary>
    public static Preprocess Cifar { get; } = Imagenet with { Resize = new ResizeRule.Keep(), Crop = Crop.None };

    /// <summary><c>yolox</c>: BGR 0..255, the whole picture in the upper left corner, the rest 114.</summary>
    public static Preprocess Yolox { get; } = new() { Color = ColorOrder.Bgr, Resize = new ResizeRule.Letterbox(Anchor: Anchor.TopLeft) };

    /// <summary><c>face</c>: RGB 0..255, the whole picture in the middle, the rest black.</summary>
    public static Preprocess Face { get; } = new() { Color = ColorOrder.Rgb, Resize = new ResizeRule.Letterbox(Pad: 0) };

    /// <summary><c>luminance</c>: grey, x/255; framed like <see cref="Imagenet"/>.</summary>
    public static Preprocess Luminance { get; } = Imagenet with { Color = ColorOrder.Grey, Mean = [0], Std = [1] };

    /// <summary><c>none</c>: 0..255, RGB or grey as the input has channels; pictures must have the model's size.</summary>
    public static Preprocess None { get; } = new();

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, Preprocess> All { get; } = new OrderedDictionary<string, Preprocess>(StringComparer.OrdinalIgnoreCase)
    {
        ["imagenet"] = Imagenet,
        ["inception"] = Inception,
        ["caffe"] = Caffe,
        ["cifar"] = Cifar,
        ["yolox"] = Yolox,
        ["face"] = Face,
        ["luminance"] = Luminance,
        ["none"] = None,
    };
}
