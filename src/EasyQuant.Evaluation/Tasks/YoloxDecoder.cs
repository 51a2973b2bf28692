using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Detection;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>From YOLOX's output to boxes (Ge et al., YOLOX: Exceeding YOLO Series in 2021, arXiv 2107.08430).</summary>
/// <remarks>
/// The output is f32[1, cells, 5 + classes]: the cells of the grids of stride 8, 16 and 32, row by row, and in each <c>(t_x, t_y, t_w, t_h)</c>, the probability
/// that there is an object, and that of each class. In cell (i, j) of the grid of stride s:
/// <c>centre = s · (t_x + j, t_y + i)</c>, <c>size = s · (e^{t_w}, e^{t_h})</c>, <c>score = p_object · max p_class</c>.
/// Then non-maximum suppression class by class. The bounds are those of YOLOX's own evaluation on COCO.
/// </remarks>
public static class YoloxDecoder
{
    /// <summary>Boxes with a lower score are dropped.</summary>
    public const float LeastScore = 0.01f;

    /// <summary>A box is dropped where a better one of its class overlaps it by more.</summary>
    public const double LargestOverlap = 0.65;

    private const int BoxFields = 5;

    private static readonly int[] s_strides = [8, 16, 32];

    /// <summary>The number of classes that an output has.</summary>
    public static int ClassesOf(Tensor output) => output.Shape[2] - BoxFields;

    /// <summary>The boxes in pixels of the model's input, the best first.</summary>
    /// <param name="output">The model's output.</param>
    /// <param name="height">The height of its input.</param>
    /// <param name="width">The width of its input.</param>
    /// <param name="name">What messages call the model's output.</param>
    /// <exception cref="InvalidModelException">The output has not the form of YOLOX's for an input of that size.</exception>
    public static IReadOnlyList<ScoredBox> Decode(Tensor output, int height, int width, string name)
    {
        int cells = s_strides.Sum(s => (height / s) * (width / s));
        if (output.Shape.Rank != 3 || output.Shape[0] != 1 || output.Shape[1] != cells || output.Shape[2] <= BoxFields)
        {
            throw new InvalidModelException(
                $"{name} is {output}, expected f32[1x{cells}x(5 + classes)] for an input of {width}x{height}: detectors whose output is YOLOX's (strides 8, 16, 32; boxes relative to the grid) can be evaluated.");
        }

        List<ScoredBox> boxes = [];
        ReadOnlySpan<float> fields = output.AsSpan<float>();
        int length = output.Shape[2];
        int cell = 0;
        foreach (int stride in s_strides)
        {
            for (int row = 0; row < height / stride; row++)
            {
                for (int column = 0; column < width / stride; column++, cell++)
                {
                    ReadOnlySpan<float> own = fields.Slice(cell * length, length);
                    int best = Metrics.ClassRanking.Best(own[BoxFields..]);
                    float score = own[4] * own[BoxFields + best];
                    if (score >= LeastScore)
                    {
                        boxes.Add(new ScoredBox(BoxAt(own, row, column, stride), best, score));
                    }
                }
            }
        }

        return NonMaximumSuppression.Apply(boxes, LargestOverlap);
    }

    private static Box BoxAt(ReadOnlySpan<float> fields, int row, int column, int stride)
    {
        (double x, double y) = ((fields[0] + column) * stride, (fields[1] + row) * stride);
        (double halfWidth, double halfHeight) = (Math.Exp(fields[2]) * stride / 2, Math.Exp(fields[3]) * stride / 2);
        return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }
}
