using EasyQuant.Tensors;

namespace EasyQuant.Data;

/// <summary>What a network that enlarges pictures should give; luminance levels 0 to 255 as f32[height, width].</summary>
/// <param name="Original">The picture before it was scaled down.</param>
/// <param name="Interpolated">What bicubic interpolation makes of the picture that was scaled down.</param>
public sealed record UpscaleTruth(Tensor Original, Tensor Interpolated);
