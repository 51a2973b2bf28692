namespace EasyQuant.Data.Images;

/// <summary>The four colours of printing as JPEG files store them: by Adobe's convention inverted, 255 for no ink.</summary>
internal static class InvertedCmyk
{
    /// <summary><c>R = K' − K' (255 − C') / 255</c> and so on, where the primes are what the file stores; rounded to nearest.</summary>
    public static byte[] ToRgb(ReadOnlySpan<byte> cmyk)
    {
        byte[] rgb = new byte[cmyk.Length / 4 * 3];
        for (int s = 0, d = 0; s < cmyk.Length; s += 4, d += 3)
        {
            int white = cmyk[s + 3];
            rgb[d] = WithoutInk(white, 255 - cmyk[s]);
            rgb[d + 1] = WithoutInk(white, 255 - cmyk[s + 1]);
            rgb[d + 2] = WithoutInk(white, 255 - cmyk[s + 2]);
        }

        return rgb;
    }

    private static byte WithoutInk(int white, int ink)
    {
        // (t + t / 256) / 256 with t = a + 128 is a / 255 rounded to nearest, for a <= 255².
        int t = ink * white + 128;
        return (byte)(white - ((t + (t >> 8)) >> 8));
    }
}
