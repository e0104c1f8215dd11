using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>A statement that creates an enum type, or that adds a value to one.</summary>
/// <param name="Type">The type.</param>
/// <param name="AddedValue">The value that ALTER TYPE … ADD VALUE adds; null for CREATE TYPE.</param>
internal sealed record EnumChange(SqlName Type, string? AddedValue)
{
    /// <summary>Reads a statement; returns null for any other statement.</summary>
    public static EnumChange? Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("create", "type"))
        {
            return reader.Name() is { } created && reader.Skip("as", "enum") ? new EnumChange(created, null) : null;
        }

        if (!reader.Skip("alter", "type") || reader.Name() is not { } type || !reader.Skip("add", "value"))
        {
            return null;
        }

        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }

        return reader.IsString ? new EnumChange(type, reader.Value) : null;
    }
}
