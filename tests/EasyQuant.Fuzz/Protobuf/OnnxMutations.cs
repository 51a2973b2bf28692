using System.Buffers.Binary;
using EasyQuant.Fuzz.Kit;

namespace EasyQuant.Fuzz.Protobuf;

/// <summary>Changes to a message that leave it a message: what is read is well-formed and says something else.</summary>
internal static class OnnxMutations
{
    // What is interesting about models is small: a weight's numbers are as good as any others.
    private const int LongestChangedBytes = 4096;

    private static readonly float[] s_reals = [0, -0f, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 1e30f, 1e-30f, 0.5f];

    /// <summary>A copy with one or a few changes; now and then single bytes of the file are changed too.</summary>
    /// <param name="seed">A sound message.</param>
    /// <param name="dice">The choices.</param>
    /// <param name="operators">Names to give to nodes.</param>
    public static byte[] Mutate(WireMessage seed, Dice dice, IReadOnlyList<string> operators)
    {
        if (dice.OnceIn(12))
        {
            return ByteMutations.Mutate(seed.ToBytes(), dice, 4096);
        }

        WireMessage root = seed.Copy();
        for (int changes = dice.SmallCount(8); changes > 0; changes--)
        {
            Change(root, dice, operators);
        }

        byte[] bytes = root.ToBytes();
        return dice.OnceIn(40) ? ByteMutations.Mutate(bytes, dice, 4096) : bytes;
    }

    private static void Change(WireMessage root, Dice dice, IReadOnlyList<string> operators)
    {
        List<WireMessage> messages = [.. root.All()];

        // Each kind of message as often as another, however many there are of it.
        string type = dice.Pick([.. messages.Select(m => m.Type).Distinct()]);
        WireMessage message = dice.Pick([.. messages.Where(m => m.Type == type)]);
        if (message.Fields.Count == 0)
        {
            return;
        }

        int at = dice.Below(message.Fields.Count);
        WireField field = message.Fields[at];
        switch (dice.Below(12))
        {
            case 0:
                message.Fields.RemoveAt(at);
                break;
            case 1:
                message.Fields.Insert(dice.Below(message.Fields.Count + 1), field.Copy());
                break;
            case 2:
                int other = dice.Below(message.Fields.Count);
                (message.Fields[at], message.Fields[other]) = (message.Fields[other], field);
                break;
            case 3:
                // The same field of another message of this kind: another node's input, another tensor's numbers.
                WireField foreign = dice.Pick(dice.Pick([.. messages.Where(m => m.Type == type && m.Fields.Count > 0)]).Fields);
                message.Fields[at] = foreign.Copy();
                break;
            case 4 when dice.OnceIn(8):
                field.Number = 1 + dice.Below(26);
                break;
            case 5 when dice.OnceIn(4) && Nest(message, dice):
                break;
            default:
                ChangeValue(field, message, root, dice, operators);
                break;
        }
    }

    private static void ChangeValue(WireField field, WireMessage message, WireMessage root, Dice dice, IReadOnlyList<string> operators)
    {
        if (field.Message is not null)
        {
            return;
        }

        if (field.WireType == 0)
        {
            field.Value = dice.Number(field.Value);
        }
        else if (field.WireType == 5)
        {
            field.Bytes = BitConverter.GetBytes(dice.Pick(s_reals));
        }
        else if ((message.Type, field.Number) is (OnnxSchema.Node, 4))
        {
            field.Text = dice.Pick(operators);
        }
        else if (message.Type == OnnxSchema.Tensor && field.Number is 4 or 5 or 7 or 9 or 10 or 11)
        {
            ChangeNumbers(field, dice);
        }
        else
        {
            ChangeText(field, root, dice);
        }
    }

    // Numbers of 8 bytes are shapes, axes and indices; others are weights.
    private static void ChangeNumbers(WireField field, Dice dice)
    {
        if (field.Bytes.Length > LongestChangedBytes || field.Bytes.Length == 0 || dice.OnceIn(4))
        {
            int end = dice.Below(field.Bytes.Length + 1);
            field.Bytes = dice.OnceIn(2) ? field.Bytes[..end] : [.. field.Bytes, .. new byte[end]];
            return;
        }

        byte[] changed = [.. field.Bytes];
        if (changed.Length % 8 == 0 && dice.OnceIn(2))
        {
            Span<byte> word = changed.AsSpan(8 * dice.Below(changed.Length / 8), 8);
            BinaryPrimitives.WriteInt64LittleEndian(word, dice.Number(BinaryPrimitives.ReadInt64LittleEndian(word)));
        }
        else if (changed.Length % 4 == 0 && dice.OnceIn(2))
        {
            BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(4 * dice.Below(changed.Length / 4)), dice.Pick(s_reals));
        }
        else
        {
            changed[dice.Below(changed.Length)] ^= (byte)(1 << dice.Below(8));
        }

        field.Bytes = changed;
    }

    private static void ChangeText(WireField field, WireMessage root, Dice dice)
    {
        switch (dice.Below(5))
        {
            case 0:
                field.Bytes = [];
                break;
            case 1:
                field.Bytes = ByteMutations.Mutate(field.Bytes.Length > LongestChangedBytes ? field.Bytes[..LongestChangedBytes] : field.Bytes, dice);
                break;
            case 2:
                field.Bytes = [0xC3, 0x28, 0xFF, 0, .. field.Bytes];
                break;
            default:
                // Another name of the model: cycles, names given twice, values of another type.
                WireField[] names = [.. root.All().SelectMany(m => m.Fields.Where(f => f.WireType == 2 && f.Message is null && f.Bytes.Length is > 0 and < 64))];
                if (names.Length > 0)
                {
                    field.Bytes = dice.Pick(names).Bytes;
                }

                break;
        }
    }

    // A graph in a graph in a graph, or a sequence of sequences of sequences.
    private static bool Nest(WireMessage message, Dice dice)
    {
        int depth = dice.SmallCount(256);
        if (message.Type == OnnxSchema.Graph)
        {
            WireMessage inner = message.Copy();
            for (int i = 0; i < depth; i++)
            {
                WireMessage attribute = new WireMessage(OnnxSchema.Attribute).Add(1, "then_branch").Add(20, 5).Add(6, inner);
                inner = new WireMessage(OnnxSchema.Graph).Add(1, new WireMessage(OnnxSchema.Node).Add(2, $"nested{i}").Add(4, "If").Add(5, attribute));
            }

            message.Fields.Clear();
            message.Fields.AddRange(inner.Fields);
            return true;
        }

        if (message.Type is OnnxSchema.Sequence or OnnxSchema.Optional)
        {
            WireMessage inner = message.Copy();
            for (int i = 0; i < depth; i++)
            {
                inner = new WireMessage(message.Type).Add(message.Type == OnnxSchema.Sequence ? 5 : 7, inner);
            }

            message.Fields.Clear();
            message.Fields.AddRange(inner.Fields);
            return true;
        }

        return false;
    }
}
