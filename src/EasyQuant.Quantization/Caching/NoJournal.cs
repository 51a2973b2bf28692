namespace EasyQuant.Quantization.Caching;

/// <summary>Of a search that only changes steps.</summary>
internal sealed class NoJournal : ISearchJournal
{
    public void WriteNew(BinaryWriter writer)
    {
    }

    public Action Read(BinaryReader reader) => () => { };
}
