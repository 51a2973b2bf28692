using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Detection;

/// <summary>NonMaxSuppression: for each class the boxes by descending score, without those that overlap a chosen one by more than a threshold.</summary>
internal sealed class NonMaxSuppression(OperatorSite site) : SingleOutputOperator
{
    private readonly bool _isCentred = site.Node.GetInt("center_point_box", 0) != 0;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor boxes = inputs.RequiredSingles(0);
        Tensor scores = inputs.RequiredSingles(1);
        if (boxes.Shape.Rank != 3 || boxes.Shape[2] != 4 || scores.Shape.Rank != 3 || scores.Shape[0] != boxes.Shape[0] || scores.Shape[2] != boxes.Shape[1])
        {
            throw new InvalidOperatorInputException($"Boxes {boxes} and scores {scores} do not fit, expected batch, boxes, 4 and batch, classes, boxes.");
        }

        long most = inputs.Optional(2)?.ToInt64() ?? 0;
        float overlap = inputs.Optional(3)?.ToSingle() ?? 0;
        float lowestScore = inputs.Optional(4)?.ToSingle() ?? float.NegativeInfinity;
        int count = boxes.Shape[1];
        List<long> chosen = [];
        for (int lane = 0; lane < scores.Shape[0] * scores.Shape[1]; lane++)
        {
            (int batch, int label) = Math.DivRem(lane, scores.Shape[1]);
            float[] score = scores.AsSpan<float>().Slice(lane * count, count).ToArray();
            Box[] all = Read(boxes.AsSpan<float>().Slice(batch * count * 4, count * 4));
            List<int> kept = [];
            foreach (int candidate in Enumerable.Range(0, count).Where(i => score[i] > lowestScore).OrderByDescending(i => score[i]))
            {
                if (kept.Count >= most)
                {
                    break;
                }

                if (!kept.Exists(k => Box.Overlap(all[k], all[candidate]) > overlap))
                {
                    kept.Add(candidate);
                    chosen.AddRange([batch, label, candidate]);
                }
            }
        }

        return Tensor.From<long>([.. chosen], [chosen.Count / 3, 3]);
    }

    private Box[] Read(ReadOnlySpan<float> numbers)
    {
        Box[] boxes = new Box[numbers.Length / 4];
        for (int i = 0; i < boxes.Length; i++)
        {
            (float a, float b, float c, float d) = (numbers[4 * i], numbers[4 * i + 1], numbers[4 * i + 2], numbers[4 * i + 3]);
            boxes[i] = _isCentred
                ? new Box(b - d / 2, a - c / 2, b + d / 2, a + c / 2)
                : new Box(Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d));
        }

        return boxes;
    }

    private readonly record struct Box(float Top, float Left, float Bottom, float Right)
    {
        /// <summary>The area that both cover by the area that either covers.</summary>
        public static float Overlap(Box a, Box b)
        {
            float height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
            float width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
            float both = Math.Max(0, height) * Math.Max(0, width);
            float either = a.Area + b.Area - both;
            return either > 0 ? both / either : 0;
        }

        private float Area => (Bottom - Top) * (Right - Left);
    }
}
