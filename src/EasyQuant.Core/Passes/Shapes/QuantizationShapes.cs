using EasyQuant.Tensors;

namespace EasyQuant.Passes.Shapes;

/// <summary>Quantization and its inverse keep the shape; the zero point or the scale gives the type.</summary>
internal static class QuantizationShapes
{
    public static void Register(Dictionary<string, Action<ShapeSite>> rules)
    {
        rules["QuantizeLinear"] = s => s.Set(
            0,
            s.Has(2) ? s.Type(2) : s.Node.GetInt("output_dtype", 0) is > 0 and var type ? (DataType)type : DataType.UInt8,
            s.Shape(0));
        rules["DequantizeLinear"] = s => s.Set(
            0, s.Node.GetInt("output_dtype", 0) is > 0 and var type ? (DataType)type : s.Type(1), s.Shape(0));
        rules["DynamicQuantizeLinear"] = s =>
        {
            s.Set(0, DataType.UInt8, s.Shape(0));
            s.Set(1, DataType.Float32, []);
            s.Set(2, DataType.UInt8, []);
        };
    }
}
