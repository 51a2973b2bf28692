using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EasyQuant.Reporting.Html;

/// <summary>The data of a report as the page's script reads them.</summary>
/// <remarks>
/// Numbers have six significant digits, which is more than anybody sees and half the bytes. What is not a number becomes
/// <c>null</c>, infinity <c>1e999</c>, which JSON allows and every JavaScript reads as infinity. The default encoder writes
/// &lt;, &gt; and &amp; as escapes, so no text can end the element that the document lies in.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(CompactDoubleConverter), typeof(CompactSingleConverter)])]
[JsonSerializable(typeof(QuantizationReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>The document on one line.</summary>
    public static string ToText(QuantizationReport report) => JsonSerializer.Serialize(report, Default.QuantizationReport);

    internal sealed class CompactDoubleConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Reports are only written.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsNaN(value))
            {
                writer.WriteNullValue();
                return;
            }

            string text = double.IsInfinity(value) ? value > 0 ? "1e999" : "-1e999" : value.ToString("G6", CultureInfo.InvariantCulture);
            writer.WriteRawValue(text, skipInputValidation: true);
        }
    }

    internal sealed class CompactSingleConverter : JsonConverter<float>
    {
        private readonly CompactDoubleConverter _double = new();

        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Reports are only written.");

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => _double.Write(writer, value, options);
    }
}
