using System.Buffers;
using System.Runtime.InteropServices;
using EasyQuant.Data;
using EasyQuant.Tensors;

namespace EasyQuant.Testing.LargeModels;

/// <summary>Makes float tensors whose numbers come into being when they are looked at, all in one buffer: what was seen before is then gone.</summary>
/// <remarks>
/// Enough for a writer, which looks at each tensor once. So a network of any size can be written by a program that holds one layer.
/// The numbers are nearly normal (sums of four uniform ones, Irwin-Hall) with the variance <c>gain / fan-in</c>.
/// </remarks>
public sealed class GeneratedWeights
{
    private byte[] _buffer = [];
    private ulong _seeds;

    /// <summary>A tensor of this shape; <paramref name="fanIn"/> numbers go into each sum.</summary>
    public Tensor Create(Shape shape, int fanIn, float gain)
    {
        // A sum of four uniform numbers between -1/2 and 1/2 has the variance 1/3.
        float scale = MathF.Sqrt(3 * gain / fanIn);
        return Tensor.FromBytes(DataType.Float32, shape, new Numbers(this, ++_seeds, scale, checked((int)(shape.ElementCount * sizeof(float)))).Memory);
    }

    private sealed class Numbers(GeneratedWeights owner, ulong seed, float scale, int length) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan()
        {
            if (owner._buffer.Length < length)
            {
                owner._buffer = new byte[length];
            }

            Span<byte> bytes = owner._buffer.AsSpan(0, length);
            SplitMix64 random = new(seed);
            foreach (ref float number in MemoryMarshal.Cast<byte, float>(bytes))
            {
                ulong bits = random.Next();
                uint sum = (uint)(bits & 0xFFFF) + (uint)(bits >> 16 & 0xFFFF) + (uint)(bits >> 32 & 0xFFFF) + (uint)(bits >> 48);
                number = (sum / 65536f - 2) * scale;
            }

            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Generated numbers lie nowhere.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
