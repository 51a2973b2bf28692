using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>Refuses samples in which one name stands for two numbers: <c>N</c> of one input is <c>N</c> of all.</summary>
internal static class SymbolAgreement
{
    /// <summary>Checks the extents of one sample's inputs.</summary>
    /// <exception cref="InvalidSampleException">Two inputs disagree.</exception>
    public static void Require(IReadOnlyList<SampleInput> inputs, IReadOnlyDictionary<string, Tensor> tensors, string sample)
    {
        Dictionary<string, (int Extent, SampleInput Input)> symbols = new(StringComparer.Ordinal);
        foreach (SampleInput input in inputs)
        {
            if (input.Shape is not { } declared || !tensors.TryGetValue(input.Name, out Tensor? tensor))
            {
                continue;
            }

            foreach ((string symbol, int extent) in declared.NamedExtents(tensor.Shape))
            {
                if (!symbols.TryAdd(symbol, (extent, input)) && symbols[symbol].Extent != extent)
                {
                    (int former, SampleInput other) = symbols[symbol];
                    throw new InvalidSampleException(
                        $"Sample '{sample}' has {tensor.Shape} for input {input}, where '{symbol}' is {extent}, but it is {former} in input {other} ({tensors[other.Name].Shape}). Give both the same extent.");
                }
            }
        }
    }
}
