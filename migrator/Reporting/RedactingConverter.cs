using System.Text.Json;
using System.Text.Json.Serialization;
using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>
/// Masks secrets in the values of a document before the values are escaped. Field names are not changed, and neither are the fields with a <see cref="FixedTextConverter"/>.
/// </summary>
internal sealed class RedactingConverter(Redactor redactor) : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        => writer.WriteStringValue(PrintableText.Valid(redactor.Redact(value)));
}
