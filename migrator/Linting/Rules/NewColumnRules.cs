using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>New columns whose values PostgreSQL has to write into every row.</summary>
internal static class NewColumnRules
{
    private const string Notes = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";

    public static readonly LintRule VolatileDefault = new(
        "volatile-default",
        LintSeverity.Error,
        "A default that differs from row to row writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock.",
        "ADD COLUMN without it, then ALTER COLUMN … SET DEFAULT (for new rows), and fill in the old rows in steps, in scripts of their own.",
        Notes);

    public static readonly LintRule StoredGenerated = new(
        "stored-generated-column",
        LintSeverity.Error,
        "A STORED generated column writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock.",
        "A VIRTUAL one (PostgreSQL 18), an index on the expression, or a plain column that a trigger fills in for new rows and later scripts for old ones.",
        Notes);

    public static readonly LintRule Serial = new(
        "serial-column",
        LintSeverity.Error,
        "serial, bigserial and IDENTITY number every row that is there: the whole table and its indexes are written anew under an ACCESS EXCLUSIVE lock.",
        "Add a plain column, CREATE SEQUENCE … OWNED BY it, SET DEFAULT nextval(…) for new rows, and number the old rows in steps, in scripts of their own.",
        Notes);

    private static readonly string[] Volatile =
    [
        "random", "random_normal", "gen_random_uuid", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
        "clock_timestamp", "timeofday", "nextval", "gen_random_bytes", "gen_salt", "setseed",
    ];

    // Stable or immutable, and what people put into defaults.
    private static readonly string[] Known =
    [
        "now", "transaction_timestamp", "statement_timestamp", "timezone", "date_trunc", "to_timestamp", "make_date", "make_interval", "age", "extract",
        "lower", "upper", "concat", "coalesce", "current_setting", "current_schema", "txid_current", "pg_current_xact_id", "array", "row", "jsonb_build_object",
        "json_build_object", "jsonb_build_array", "json_build_array", "to_char", "md5", "abs", "round", "floor", "ceil", "length", "repeat",
        "varchar", "char", "character", "numeric", "decimal", "bit", "timestamp", "timestamptz", "time", "interval", "varying",
        "current_timestamp", "localtimestamp", "current_time", "localtime",
    ];

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse.Where(c => c.Kind == ChangeKind.AddColumn))
        {
            ColumnDefinition column = change.Definition!;
            string rewrites = $"rewrites {Naming.Of(change.Table)} and blocks reads and writes until it is through";
            if (column.IsStoredGenerated)
            {
                yield return new RuleHit(StoredGenerated, $"{change.Column}, a stored generated column, {rewrites}", change);
            }
            else if (column.IsSerial || column.IsIdentity)
            {
                yield return new RuleHit(Serial, $"{change.Column}, which numbers the rows, {rewrites}", change);
            }
            else if (column.Default is { } value && FunctionsOf(value) is { Count: > 0 } functions)
            {
                string? certain = functions.Find(f => Volatile.Contains(f));
                if (certain is not null)
                {
                    yield return new RuleHit(VolatileDefault, $"the default {certain}(), which differs from row to row, {rewrites}", change);
                }
                else if (functions.Find(f => !Known.Contains(f)) is { } unknown)
                {
                    yield return new RuleHit(VolatileDefault, $"if {unknown}() is volatile, the default {rewrites}", change) { Severity = LintSeverity.Warning };
                }
            }
        }
    }

    // Every name in front of a parenthesis.
    private static List<string> FunctionsOf(string expression)
    {
        var functions = new List<string>();
        StatementReader reader = new(expression);
        while (!reader.AtEnd)
        {
            if (reader.Name() is { } name)
            {
                if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
                {
                    functions.Add(name.Name);
                }
            }
            else
            {
                reader.Advance();
            }
        }

        return functions;
    }
}
