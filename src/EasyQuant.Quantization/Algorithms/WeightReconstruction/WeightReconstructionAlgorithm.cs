using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>
/// Chooses the integers of all weights of a layer together, so that its output on its rounded inputs comes closest to the float
/// network's: with v the real weights of an output channel, <c>Σ_p (o_p − s_x vᵀ a_p − β)² + λ ‖v − w‖²</c> is least at v*, and the
/// integers are the point of the lattice s ℤ^K near v* by that measure.
/// </summary>
/// <remarks>
/// <para>Steps of activations stay. Layers are visited in order, each seeing what its quantized predecessors make, so that v* also makes
/// up for their errors.</para>
/// <para>The equations are GPTQ's (E. Frantar et al., arXiv 2210.17323), which rounds one weight after the other and lets the rest make
/// up for it. Different here: targets are the float network's outputs rather than those of the float weights on
/// rounded inputs; the bias takes part; the damping holds weights at those of the model; several steps are tried; and single moves
/// follow.</para>
/// </remarks>
internal sealed class WeightReconstructionAlgorithm(QuantizationPlan plan, ScaleTable scales, WeightReconstructionOptions options)
{
    /// <summary>Goes through the network once; the table then holds integers, steps and biases.</summary>
    public void Run(LayerwiseSimulation simulation, IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken) =>
        simulation.Run(new Sweep(this), "reconstruction", progress, cancellationToken);

    private void Reconstruct(LayerSegments segments, CancellationToken cancellationToken)
    {
        QuantizableLayer layer = segments.Layer;
        TensorGroup inputs = plan.GroupOf(layer.Input)!;
        sbyte[] integers = scales.QuantizeWeights(layer);
        float[] biases = layer.Bias is { } bias ? bias.AsSpan<float>().ToArray() : new float[layer.Channels];
        bool adjustBiases = options.AdjustBiases && layer.Kind != LayerKind.MatMul;
        LayerMoments[] moments = LayerMoments.Collect(segments, scales[inputs], inputs.Range, cancellationToken);
        for (int group = 0; group < layer.Groups; group++)
        {
            if (GroupProblem.Of(moments[group], scales[inputs], options, adjustBiases) is not { } problem)
            {
                continue;
            }

            int first = group * layer.ChannelsPerGroup;
            segments.Workers.For(layer.ChannelsPerGroup, i =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                int channel = first + i;
                ChannelSolution solution = problem.Solve(i, layer.Row(channel), scales.RoundingScales(layer)[channel], scales.WeightRange(layer).Maximum);
                for (int k = 0; k < layer.RowLength; k++)
                {
                    integers[channel * layer.RowLength + k] = (sbyte)solution.Integers[k];
                }

                scales.RoundingScales(layer)[channel] = (float)solution.Step;
                scales.WeightScales(layer)[channel] = (float)solution.FittedStep;
                biases[channel] += (float)solution.BiasChange;
            });
        }

        scales.SetIntegers(layer, integers);
        if (adjustBiases)
        {
            scales.SetBias(layer, biases);
        }
    }

    private sealed class Sweep(WeightReconstructionAlgorithm owner) : ILayerVisitor
    {
        public bool WantsSiblings => false;

        public ISearchJournal Journal { get; } = new NoJournal();

        public void VisitLayer(LayerSegments segments, IReadOnlyList<LayerSegments> siblings, CancellationToken cancellationToken) =>
            owner.Reconstruct(segments, cancellationToken);

        public void VisitCarriedGroup(TensorGroup group, IReadOnlyList<TensorStore.StoredTensor> quantized, IReadOnlyList<TensorStore.StoredTensor> reference, CancellationToken cancellationToken)
        {
        }
    }
}
