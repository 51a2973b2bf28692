using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Simulation;

/// <summary>What is done at each stop of a <see cref="LayerwiseSimulation"/>. Steps set here hold for everything computed afterwards. What a visit finds may
/// depend on the samples, the model and the steps so far, and on nothing else that is not in the key of a <see cref="SearchMemory"/>.</summary>
internal interface ILayerVisitor
{
    /// <summary>Whether the other layers that read the same tensor are wanted together with the first of them.</summary>
    bool WantsSiblings { get; }

    /// <summary>What visits note besides changing steps.</summary>
    ISearchJournal Journal { get; }

    /// <summary>A layer is reached: its inputs, from quantized predecessors, and its float outputs are at hand.</summary>
    /// <param name="segments">The layer's.</param>
    /// <param name="siblings">Those of the other layers that read the same tensor, where they are wanted and this is the first.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    void VisitLayer(LayerSegments segments, IReadOnlyList<LayerSegments> siblings, CancellationToken cancellationToken);

    /// <summary>A group that no layer reads is about to be rounded for the first time.</summary>
    /// <param name="group">The group.</param>
    /// <param name="quantized">One tensor a sample, from quantized predecessors, not yet rounded.</param>
    /// <param name="reference">The same tensors of the float network.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    void VisitCarriedGroup(TensorGroup group, IReadOnlyList<TensorStore.StoredTensor> quantized, IReadOnlyList<TensorStore.StoredTensor> reference, CancellationToken cancellationToken);
}
