using EasyQuant.Data;

namespace EasyQuant.Evaluation.Metrics.Detection;

/// <summary>What became of a detection at each threshold of overlap; bit <c>t</c> stands for <see cref="OverlapThresholds.Of"/>(t).</summary>
/// <param name="Class">Its class.</param>
/// <param name="Score">Its score.</param>
/// <param name="Found">At which thresholds it found an object.</param>
/// <param name="Ignored">At which thresholds it counts neither as right nor as wrong, because it lies in a crowd.</param>
public readonly record struct MatchedDetection(int Class, float Score, ushort Found, ushort Ignored);

/// <summary>Which of a picture's objects a model found.</summary>
/// <param name="Detections">The detections that count.</param>
/// <param name="ObjectClasses">The class of every object to be found; crowds are none.</param>
/// <remarks>
/// The rules are those of COCO's own evaluation (pycocotools, <c>COCOeval.evaluateImg</c>; Lin et al., Microsoft COCO, ECCV 2014), area range <c>all</c>: for
/// each class the 100 best detections are taken in the order of their scores; each finds the free object that it overlaps
/// most, if by the threshold or more, and else the crowd, which stays free. With a crowd <c>|A ∩ crowd| / |A|</c> takes the place of the overlap.
/// </remarks>
public sealed record PictureMatches(IReadOnlyList<MatchedDetection> Detections, IReadOnlyList<int> ObjectClasses)
{
    /// <summary>How many detections of a class count in one picture.</summary>
    public const int MaximumDetections = 100;

    private const int None = -1;

    /// <summary>Compares detections with the truth.</summary>
    public static PictureMatches Of(IReadOnlyList<ScoredBox> detections, IReadOnlyList<LabelledBox> truth)
    {
        List<MatchedDetection> matched = [];
        foreach (IGrouping<int, ScoredBox> sameClass in detections.GroupBy(d => d.Class))
        {
            ScoredBox[] best = [.. sameClass.OrderByDescending(d => d.Score).Take(MaximumDetections)];

            // Crowds come last: they get what no object takes.
            LabelledBox[] objects = [.. truth.Where(o => o.Class == sameClass.Key).OrderBy(o => o.IsCrowd)];
            matched.AddRange(Match(best, objects));
        }

        return new PictureMatches(matched, [.. truth.Where(o => !o.IsCrowd).Select(o => o.Class)]);
    }

    private static MatchedDetection[] Match(ScoredBox[] detections, LabelledBox[] objects)
    {
        double[][] overlaps = [.. detections.Select(d => objects.Select(o => Overlap(d.Box, o)).ToArray())];
        ushort[] found = new ushort[detections.Length];
        ushort[] ignored = new ushort[detections.Length];
        for (int t = 0; t < OverlapThresholds.Count; t++)
        {
            bool[] taken = new bool[objects.Length];
            for (int d = 0; d < detections.Length; d++)
            {
                int choice = Choose(overlaps[d], objects, taken, OverlapThresholds.Of(t));
                if (choice == None)
                {
                    continue;
                }

                taken[choice] = true;
                ushort[] flags = objects[choice].IsCrowd ? ignored : found;
                flags[d] |= (ushort)(1 << t);
            }
        }

        return [.. detections.Select((d, i) => new MatchedDetection(d.Class, d.Score, found[i], ignored[i]))];
    }

    private static int Choose(double[] overlaps, LabelledBox[] objects, bool[] taken, double threshold)
    {
        int choice = None;
        double best = threshold;
        for (int o = 0; o < objects.Length; o++)
        {
            bool isCrowd = objects[o].IsCrowd;
            if (isCrowd && choice != None && !objects[choice].IsCrowd)
            {
                break;
            }

            if ((isCrowd || !taken[o]) && overlaps[o] >= best)
            {
                (choice, best) = (o, overlaps[o]);
            }
        }

        return choice;
    }

    private static double Overlap(Box detection, LabelledBox labelled) => !labelled.IsCrowd
        ? detection.Overlap(labelled.Box)
        : detection.Area > 0 ? detection.CommonArea(labelled.Box) / detection.Area : 0;
}
