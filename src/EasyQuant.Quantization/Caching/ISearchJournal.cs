namespace EasyQuant.Quantization.Caching;

/// <summary>What a search notes at its stops besides changing steps: losses, curves.</summary>
internal interface ISearchJournal
{
    /// <summary>Writes what was noted since the last call, or since notes were last taken over.</summary>
    void WriteNew(BinaryWriter writer);

    /// <summary>Reads notes; what is returned takes them over.</summary>
    /// <exception cref="InvalidDataException">They are none of this search.</exception>
    Action Read(BinaryReader reader);
}
