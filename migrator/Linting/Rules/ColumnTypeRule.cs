using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>A column's type is changed.</summary>
internal static class ColumnTypeRule
{
    public static readonly LintRule Rule = new(
        "type-change",
        LintSeverity.Error,
        "Changing a column's type writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock, unless the old values are valid as they are (varchar to a longer varchar or to text).",
        "Add a column of the new type, keep it filled by a trigger, fill in the old rows in steps, let the application move over, and drop the old column in a later release.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES");

    // Wider forms of the same type leave the rows as they are (varchar_support, numeric_support and their kin); binary coercible ones too.
    private static readonly string[] MayKeepRows =
    [
        "text", "varchar", "character varying", "numeric", "decimal", "varbit", "bit varying", "timestamp", "timestamptz", "time", "timetz", "interval",
        "inet", "citext", "oid", "name",
    ];

    // Types whose values are never those of another type as they are.
    private static readonly string[] Rewrites =
    [
        "smallint", "int2", "integer", "int", "int4", "bigint", "int8", "real", "float4", "double precision", "float8", "float", "boolean", "bool", "uuid",
        "json", "jsonb", "date", "bytea", "char", "character", "bpchar", "money", "xml", "cidr",
    ];

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse.Where(c => c.Kind == ChangeKind.AlterType))
        {
            string type = BaseOf(change.Type ?? "");
            string what = $"{change.Column} of {Naming.Of(change.Table)} to {change.Type}";
            bool isCertain = !IsPlainCast(change) || Rewrites.Contains(type);
            yield return isCertain
                ? new RuleHit(Rule, $"changing {what} rewrites the table and blocks reads and writes until it is through", change)
                : new RuleHit(Rule, $"changing {what} rewrites the table, and blocks reads and writes, unless {(MayKeepRows.Contains(type) ? "it only widens the type" : "the old values are valid as they are")}", change)
                {
                    Severity = LintSeverity.Warning,
                };
        }
    }

    // numeric(12,2) → numeric; timestamp(3) with time zone → timestamp.
    private static string BaseOf(string type)
    {
        string name = type.Split('(')[0];
        return name.Split(" with")[0].Replace("pg_catalog.", "", StringComparison.Ordinal).Trim();
    }

    // USING column and USING column::type are what happens without it.
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
