using EasyQuant.Quantization.Caching;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>Curves of searches in the entries of a cache.</summary>
internal static class SearchCurves
{
    private const int MostPoints = 1 << 24;

    public static void Write(BinaryWriter writer, TensorSearch search)
    {
        writer.Write(search.Tensor);
        writer.Write(search.Round);
        writer.Write(search.Present);
        writer.Write(search.Chosen);
        WriteArray(writer, search.Points);
    }

    public static TensorSearch ReadTensor(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadSingle(), reader.ReadSingle(), ReadArray<CurvePoint>(reader));

    public static void Write(BinaryWriter writer, WeightSearch search)
    {
        writer.Write(search.Layer);
        writer.Write(search.Round);
        WriteArray(writer, search.ChosenRatios);
        WriteArray(writer, search.Points);
    }

    public static WeightSearch ReadWeights(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), ReadArray<double>(reader), ReadArray<ChannelPoint>(reader));

    private static void WriteArray<T>(BinaryWriter writer, IReadOnlyList<T> items) where T : unmanaged
    {
        writer.Write(items.Count);
        writer.WriteArray<T>([.. items]);
    }

    private static T[] ReadArray<T>(BinaryReader reader) where T : unmanaged => reader.ReadArray<T>(reader.ReadCount(0, MostPoints));
}
