using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>Names as people read them.</summary>
internal static class Naming
{
    public static string Of(SqlName? name) => name is null ? "a table" : name.Schema is null ? name.Name : $"{name.Schema}.{name.Name}";
}
