using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>Formats names for messages: without quotes, with the schema if there is one.</summary>
internal static class DisplayName
{
    public static string Of(SqlName? name) => name is null ? "a table" : string.IsNullOrEmpty(name.Schema) ? name.Name : $"{name.Schema}.{name.Name}";
}
