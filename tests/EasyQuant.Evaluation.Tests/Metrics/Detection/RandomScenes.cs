using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;

namespace EasyQuant.Evaluation.Tests.Metrics.Detection;

/// <summary>Made-up objects, and detections that miss them by more or less.</summary>
internal static class RandomScenes
{
    private const int Classes = 3;

    public static (LabelledBox[] Objects, ScoredBox[] Detections) Create(Random random, int levels = 20)
    {
        LabelledBox[] objects = [.. Enumerable.Range(0, random.Next(8)).Select(_ => new LabelledBox(BoxAround(random.Next(90), random.Next(90), 10 + random.Next(30)), random.Next(Classes), random.Next(8) == 0))];
        IEnumerable<ScoredBox> near = objects.SelectMany(o => Enumerable.Range(0, random.Next(4)).Select(_ => new ScoredBox(Shaken(o.Box), random.Next(5) == 0 ? random.Next(Classes) : o.Class, Score())));
        IEnumerable<ScoredBox> far = Enumerable.Range(0, random.Next(4)).Select(_ => new ScoredBox(BoxAround(random.Next(90), random.Next(90), 10 + random.Next(30)), random.Next(Classes), Score()));
        return (objects, [.. near.Concat(far)]);

        Box Shaken(Box box) => new(box.Left + random.Next(-4, 5), box.Top + random.Next(-4, 5), box.Right + random.Next(-4, 5), box.Bottom + random.Next(-4, 5));

        // Few levels make scores equal often.
        float Score() => random.Next(1, levels) / (float)levels;
    }

    private static Box BoxAround(int x, int y, int size) => new(x, y, x + size, y + size / 2 + 5);
}
