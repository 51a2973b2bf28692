using EasyQuant.Data;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Running;

/// <summary>Runs a model over the steps of one sequence.</summary>
internal static class SequenceRun
{
    /// <summary>The outputs of all steps, one after the other along time; of states the last.</summary>
    /// <remarks>
    /// Where each step's output has a first extent of 1, time takes its place; else it is put in front. Outputs whose shape changes from step to step
    /// are given one by one, as <c>NAME.0</c>, <c>NAME.1</c>, ...
    /// </remarks>
    /// <exception cref="InvalidSampleException">A step does not fit the model.</exception>
    public static IEnumerable<KeyValuePair<string, Tensor>> Run(
        IModelExecutor executor, FeedbackLinks feedback, ISampleSource steps, CancellationToken cancellationToken)
    {
        List<IReadOnlyDictionary<string, Tensor>> outputs = [];
        for (int step = 0; step < steps.Count; step++)
        {
            Sample sample = steps.Read(step);
            IReadOnlyDictionary<string, Tensor> inputs = feedback.Complete(sample, outputs.Count == 0 ? null : outputs[^1]);
            outputs.Add(SampleErrors.Name(sample.Name, "the model", () => executor.Run(inputs, cancellationToken)));
            if (outputs.Count > 1)
            {
                outputs[^2] = outputs[^2].Where(o => !feedback.IsFedBack(o.Key)).ToDictionary();
            }
        }

        return outputs[^1].SelectMany(o => feedback.IsFedBack(o.Key) ? [o] : Joined(o.Key, [.. outputs.Select(s => s[o.Key])]));
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Joined(string name, Tensor[] steps)
    {
        Tensor first = steps[0];
        if (first.Elements is not null || first.Type == DataType.String || steps.Any(s => s.Type != first.Type || s.Shape != first.Shape))
        {
            return steps.Select((s, i) => KeyValuePair.Create($"{name}.{i}", s));
        }

        byte[] bytes = new byte[checked(steps.Length * first.ByteLength)];
        foreach ((int i, Tensor step) in steps.Index())
        {
            step.Bytes.Span.CopyTo(bytes.AsSpan(i * first.ByteLength));
        }

        Shape shape = first.Shape is { Rank: > 0 } s && s[0] == 1 ? [steps.Length, .. s.Dimensions[1..]] : [steps.Length, .. first.Shape];
        return [KeyValuePair.Create(name, Tensor.FromBytes(first.Type, shape, bytes))];
    }
}
