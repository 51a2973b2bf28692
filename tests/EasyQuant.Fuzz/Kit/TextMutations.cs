using System.Text;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Changes to a text made of words, numbers and signs: JSON, CSV, the head of a .npy file.</summary>
internal static class TextMutations
{
    private static readonly string[] s_tokens =
    [
        "", " ", "\n", "\0", "\"", "'", "(", ")", "[", "]", "{", "}", ",", ",,", ":", "-", "-1", "0", "1e999", "NaN", "Infinity", "null", "true", "99999999999999999999", "2147483648",
        "\u00e9", "\ud83d\ude00", "../", "..\\..\\", "/etc/passwd", "\\u0000", "(a+)+$", "[", "{\"a\":", "\ufeff",
    ];

    /// <summary>The text with one or a few of its tokens changed, dropped, doubled or swapped.</summary>
    public static string Mutate(string text, Dice dice)
    {
        List<string> tokens = Split(text);
        for (int changes = dice.SmallCount(8); changes > 0; changes--)
        {
            int at = dice.Below(tokens.Count + 1);
            if (at == tokens.Count || dice.OnceIn(4))
            {
                tokens.Insert(at, string.Concat(Enumerable.Repeat(dice.Pick(s_tokens), dice.OnceIn(8) ? dice.SmallCount(4096) : 1)));
                continue;
            }

            int other = dice.Below(tokens.Count);
            switch (dice.Below(4))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 2:
                    tokens.Insert(at, tokens[other]);
                    break;
                default:
                    tokens[at] = long.TryParse(tokens[at], out long number) ? dice.Number(number).ToString() : dice.Pick(s_tokens);
                    break;
            }
        }

        return string.Concat(tokens);
    }

    /// <summary>The same for a file, of which now and then single bytes are changed, so that it need not be text any more.</summary>
    public static byte[] Mutate(byte[] file, Dice dice) =>
        dice.OnceIn(4) ? ByteMutations.Mutate(file, dice, file.Length) : Encoding.UTF8.GetBytes(Mutate(Encoding.UTF8.GetString(file), dice));

    // Runs of letters, runs of digits, and every other character alone.
    private static List<string> Split(string text)
    {
        List<string> tokens = [];
        for (int start = 0; start < text.Length;)
        {
            int end = start + 1;
            while (end < text.Length && Kind(text[start]) is var kind and > 0 && Kind(text[end]) == kind)
            {
                end++;
            }

            tokens.Add(text[start..end]);
            start = end;
        }

        return tokens;
    }

    private static int Kind(char c) => char.IsAsciiDigit(c) ? 1 : char.IsLetter(c) ? 2 : 0;
}
