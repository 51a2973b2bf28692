namespace EasyQuant.Data.Arrays;

/// <summary>What compressed data can grow to.</summary>
internal static class DeflateLimit
{
    /// <summary>Whether <paramref name="compressed"/> bytes of deflate can hold <paramref name="claimed"/> bytes: the format packs at most 258 bytes into 2 bits.</summary>
    /// <remarks>Asked before memory is taken for the claimed length, so that a small file cannot demand gigabytes.</remarks>
    public static bool Allows(long compressed, long claimed) => claimed <= compressed * (258 * 8 / 2) + 258;
}
