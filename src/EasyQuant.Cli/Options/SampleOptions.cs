using System.CommandLine;

namespace EasyQuant.Cli.Options;

/// <summary>Options that say which samples are used and what is done to pictures.</summary>
internal static class SampleOptions
{
    /// <summary>Where calibration samples are.</summary>
    public static Option<string> Calibration() => new("--calibration")
    {
        Description = "Samples: a folder of pictures, .npy or .npz files, or with a sub-folder of .npy files for each input; an .npz, an .npy, an IDX file.",
        HelpName = "DIR|FILE",
        Required = true,
    };

    /// <summary>What is done to pictures.</summary>
    public static Option<string?> Preprocess() => new("--preprocess")
    {
        Description = "What is done to pictures: imagenet, inception, caffe, cifar, yolox, face, luminance, none, or a JSON file. Default: what the quantized model says.",
        HelpName = "NAME|FILE",
    };

    /// <summary>How many samples are drawn.</summary>
    public static Option<int> Count() => new Option<int>("--samples")
    {
        Description = "How many samples to draw at random.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    }.AtLeast(1);
}
