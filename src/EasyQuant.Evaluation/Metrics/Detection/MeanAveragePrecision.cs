namespace EasyQuant.Evaluation.Metrics.Detection;

/// <summary>COCO's measure of detectors on a set of pictures.</summary>
/// <remarks>
/// Of a class at a threshold of overlap <c>t</c>, with its detections in all pictures in the order of their scores: <c>p_i</c> is the part
/// of the first <c>i</c> that found an object, <c>r_i</c> the part of all objects they found, and
/// <c>AP(t) = 1/101 Σ_{k=0..100} max { p_i : r_i ≥ k/100 }</c>, a maximum over nothing being 0. The mean goes over the classes that have objects and, for
/// <c>AP</c>, over the ten thresholds; <c>AP50</c> has the first alone. Everything in percent (Lin et al., ECCV 2014; pycocotools, <c>COCOeval.accumulate</c>).
/// </remarks>
public sealed class MeanAveragePrecision
{
    private const int RecallSteps = 100;

    private readonly ClassDetections[] _classes;

    /// <summary>Gets the matches of a set of pictures into the order of their scores, once for all subsets of them.</summary>
    public MeanAveragePrecision(IReadOnlyList<PictureMatches> pictures)
    {
        _classes = [.. pictures.SelectMany(p => p.ObjectClasses).Distinct().Order().Select(c => new ClassDetections(
            [.. pictures.SelectMany((p, i) => p.Detections.Where(d => d.Class == c).Select(d => (Picture: i, Match: d))).OrderByDescending(d => d.Match.Score)],
            [.. pictures.Select(p => p.ObjectClasses.Count(o => o == c))]))];
    }

    /// <summary>The measure on the pictures that come <paramref name="times"/>[i] times each; not a number where they hold no object.</summary>
    public AveragePrecisions On(ReadOnlySpan<int> times)
    {
        double sum = 0, sum50 = 0;
        int classes = 0;
        foreach (ClassDetections detections in _classes)
        {
            long objects = detections.CountObjects(times);
            if (objects == 0)
            {
                continue;
            }

            classes++;
            for (int t = 0; t < OverlapThresholds.Count; t++)
            {
                double precision = detections.AveragePrecision(times, objects, t);
                sum += precision;
                sum50 += t == 0 ? precision : 0;
            }
        }

        return classes == 0
            ? new AveragePrecisions(double.NaN, double.NaN)
            : new AveragePrecisions(100 * sum / (classes * OverlapThresholds.Count), 100 * sum50 / classes);
    }

    private sealed record ClassDetections((int Picture, MatchedDetection Match)[] Detections, int[] ObjectsOfPicture)
    {
        public long CountObjects(ReadOnlySpan<int> times)
        {
            long objects = 0;
            for (int i = 0; i < times.Length; i++)
            {
                objects += (long)times[i] * ObjectsOfPicture[i];
            }

            return objects;
        }

        public double AveragePrecision(ReadOnlySpan<int> times, long objects, int threshold)
        {
            Span<double> best = stackalloc double[RecallSteps + 1];
            best.Clear();
            long found = 0, wrong = 0;
            int bit = 1 << threshold;
            foreach ((int picture, MatchedDetection match) in Detections)
            {
                int weight = times[picture];
                if (weight == 0 || (match.Ignored & bit) != 0)
                {
                    continue;
                }

                if ((match.Found & bit) == 0)
                {
                    wrong += weight;
                    continue;
                }

                found += weight;

                // The highest k with k/100 <= found/objects; what lies below gets its maximum from here in the end.
                int step = (int)(found * RecallSteps / objects);
                best[step] = Math.Max(best[step], (double)found / (found + wrong));
            }

            double sum = 0, highest = 0;
            for (int k = RecallSteps; k >= 0; k--)
            {
                highest = Math.Max(highest, best[k]);
                sum += highest;
            }

            return sum / (RecallSteps + 1);
        }
    }
}

/// <summary>Average precisions, in percent.</summary>
/// <param name="Ap">The mean over classes and the thresholds of overlap 0.50 to 0.95.</param>
/// <param name="Ap50">The mean over classes at the threshold 0.50.</param>
public readonly record struct AveragePrecisions(double Ap, double Ap50);
