using System.Text;
using EasyQuant.Tensors;

namespace EasyQuant.TextReading;

/// <summary>The recognizer's classes: a blank, the characters of its file, a space.</summary>
public sealed class CharacterSet
{
    private const int Blank = 0;

    private readonly string[] _characters;

    /// <summary>Reads the characters, one a line.</summary>
    public CharacterSet(string path) => _characters = ["", .. File.ReadAllLines(path), " "];

    /// <summary>
    /// The text of scores f32[1, positions, classes]: the best class of each position, repetitions taken once and blanks left out, as
    /// connectionist temporal classification has it.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many classes as characters.</exception>
    public string Read(Tensor scores)
    {
        int classes = scores.Shape[^1];
        if (classes != _characters.Length)
        {
            throw new ArgumentException($"The scores {scores} are of {classes} classes; there are {_characters.Length} characters.", nameof(scores));
        }

        StringBuilder text = new();
        int last = Blank;
        for (int position = 0; position < scores.Count / classes; position++)
        {
            int best = Best(scores.AsSpan<float>().Slice(position * classes, classes));
            if (best != last)
            {
                text.Append(_characters[best]);
            }

            last = best;
        }

        return text.ToString();
    }

    private static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return best;
    }
}
