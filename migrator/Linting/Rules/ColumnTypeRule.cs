using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>The rule about ALTER COLUMN … TYPE.</summary>
internal static class ColumnTypeRule
{
    public static readonly LintRule Rule = new(
        "type-change",
        LintSeverity.Error,
        "Changing the type of a column rewrites the table and its indexes under an ACCESS EXCLUSIVE lock, unless the new type stores the values in the same way (for example varchar to a longer varchar, or to text).",
        "Add a column of the new type, keep it up to date with a trigger, fill the existing rows in batches, change the application to use the new column, and drop the old column in a later release.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES");

    // PostgreSQL does not rewrite the table when a change only widens the type (varchar_support, numeric_support and similar functions), or when the old type is binary coercible to the new type.
    private static readonly string[] TypesThatMayKeepRows =
    [
        "text", "varchar", "character varying", "numeric", "decimal", "varbit", "bit varying", "timestamp", "timestamptz", "time", "timetz", "interval",
        "inet", "citext", "oid", "name",
    ];

    // A change to one of these types always converts the stored values.
    private static readonly string[] TypesThatRewrite =
    [
        "smallint", "int2", "integer", "int", "int4", "bigint", "int8", "real", "float4", "double precision", "float8", "float", "boolean", "bool", "uuid",
        "json", "jsonb", "date", "bytea", "char", "character", "bpchar", "money", "xml", "cidr",
    ];

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUseWithRows.Where(c => c.Kind == ChangeKind.AlterType))
        {
            if (IsKnownToKeepRows(statement, change))
            {
                continue;
            }

            string type = BaseOf(change.Type ?? "");
            string target = $"{change.Column} of {DisplayName.Of(change.Table)} to {change.Type}";
            bool isCertain = !IsPlainCast(change) || TypesThatRewrite.Contains(type);
            yield return isCertain
                ? new RuleMatch(Rule, $"changing {target} rewrites the table and blocks reads and writes until the rewrite finishes", change)
                : new RuleMatch(Rule, $"changing {target} rewrites the table and blocks reads and writes, unless {(TypesThatMayKeepRows.Contains(type) ? "the new type is only wider" : "the stored values need no conversion")}", change)
                {
                    Severity = LintSeverity.Warning,
                };
        }
    }

    // The scripts show the old type, and nothing that PostgreSQL checks or builds again. Values that are computed when they are read are not stored (virtual generated columns, PostgreSQL 18).
    private static bool IsKnownToKeepRows(LintedStatement statement, SchemaChange change)
        => change is { Table: { } table, Column: { } name, Type: { } type, HasCollation: false } && statement.Schema.Tables.ColumnOf(table, name) is { } column
            && (column is { IsGenerated: true, IsStoredGenerated: false } || (IsPlainCast(change) && !statement.Schema.Tables.HasExpressions(table) && TypeChange.KeepsRows(column.Type, type)));

    // numeric(12,2) → numeric; timestamp(3) with time zone → timestamp.
    private static string BaseOf(string type)
    {
        string name = type.Split('(')[0];
        return name.Split(" with")[0].Replace("pg_catalog.", "", StringComparison.Ordinal).Trim();
    }

    // USING column and USING column::type do the same as a statement without USING.
    private static bool IsPlainCast(SchemaChange change)
    {
        if (change.Expression is null)
        {
            return true;
        }

        StatementReader reader = new(change.Expression);
        if (reader.Name()?.Name != change.Column)
        {
            return false;
        }

        for (; !reader.AtEnd; reader.Advance())
        {
            if (reader.Current.Kind == SqlTokenKind.Other && reader.CurrentText is not ("::" or "." or "[" or "]" or ","))
            {
                return false;
            }
        }

        return true;
    }
}
