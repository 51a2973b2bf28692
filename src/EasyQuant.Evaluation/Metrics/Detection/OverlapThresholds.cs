namespace EasyQuant.Evaluation.Metrics.Detection;

/// <summary>From which overlap on a detection counts as found, as COCO has it: 0.50, 0.55, ..., 0.95.</summary>
public static class OverlapThresholds
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    /// <summary>The threshold <c>0.5 + 0.05 t</c>.</summary>
    public static double Of(int index) => (50 + 5 * index) / 100.0;
}
