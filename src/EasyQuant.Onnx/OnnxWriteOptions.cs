namespace EasyQuant.Onnx;

/// <summary>Where the numbers of a model's constants are written.</summary>
public sealed record OnnxWriteOptions
{
    /// <summary>
    /// The bytes of constants up to which a model is one file. A protobuf message ends at 2 GiB; 1.5 GiB leaves room for the rest.
    /// </summary>
    public long EmbeddedLimit { get; init; } = 3L << 29;

    /// <summary>
    /// Constants of at least so many bytes are written to a file beside the model, whatever the model's size. Where this is not
    /// set, those of at least 1 KiB are where the limit is exceeded or the model was read with external data.
    /// </summary>
    public long? ExternalThreshold { get; init; }
}
