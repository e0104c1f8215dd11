using System.Text.Json;
using System.Text.Json.Serialization;

namespace Migrator;

/// <summary>
/// Writes a field of the JSON output without masking secrets: the name of a script, a checksum, a time, or a word of a fixed list. Programs compare such
/// a field with other values, so a password that happens to be a part of it must not change it.
/// </summary>
internal sealed class FixedTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Writes a list of the texts that <see cref="FixedTextConverter"/> writes.</summary>
internal sealed class FixedTextListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string item in value)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
