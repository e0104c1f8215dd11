using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api.Protobuf;

/// <summary>The fields of a message by number. Unlisted fields are skipped.</summary>
internal sealed class ProtobufMessage
{
    private readonly Dictionary<int, (string Name, string Type, ProtobufMessage? Message)> _fields = [];

    public FieldShape this[int number]
    {
        set => _fields[number] = (value.Name, value.Type, value.Message);
    }

    public JsonObject Read(ReadOnlySpan<byte> bytes)
    {
        var value = new JsonObject();
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (_fields.TryGetValue(reader.Field, out var field))
            {
                Set(value, field.Name, field.Type, field.Message, reader);
            }
        }

        return value;
    }

    private static void Set(JsonObject value, string name, string type, ProtobufMessage? message, ProtobufReader reader)
    {
        switch (type)
        {
            case "message" when name == "ownerReferences":
                List(value, name).Add(message!.Read(reader.Bytes));
                break;
            case "message":
                value[name] = message!.Read(reader.Bytes);
                break;
            case "[string]":
                List(value, name).Add(reader.Text);
                break;
            case "{string}" or "{bytes}":
                var (key, text) = Entry(reader.Bytes, type == "{bytes}");
                value.Ensure(name)[key] = text;
                break;
            case "bool":
                value[name] = reader.Number != 0;
                break;
            case "int":
                value[name] = (long)reader.Number;
                break;
            case "time":
                value[name] = Time(reader.Bytes);
                break;
            // Go's protobuf encoder also writes empty strings, but JSON omits them.
            case "string" when reader.Bytes.Length > 0:
                value[name] = reader.Text;
                break;
        }
    }

    private static JsonArray List(JsonObject value, string name)
    {
        if (value[name] is not JsonArray list)
        {
            value[name] = list = [];
        }

        return list;
    }

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> bytes, bool isBytes)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                key = reader.Text;
            }
            else
            {
                value = isBytes ? Convert.ToBase64String(reader.Bytes) : reader.Text;
            }
        }

        return (key, value);
    }

    private static string? Time(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                return Json.Write(DateTimeOffset.FromUnixTimeSeconds((long)reader.Number));
            }
        }

        return null;
    }
}

/// <summary>The JSON name and the type of a field.</summary>
internal readonly record struct FieldShape(string Name, string Type, ProtobufMessage? Message)
{
    public static implicit operator FieldShape((string Name, string Type) field) => new(field.Name, field.Type, null);

    public static implicit operator FieldShape((string Name, ProtobufMessage Message) field) =>
        new(field.Name, "message", field.Message);
}
