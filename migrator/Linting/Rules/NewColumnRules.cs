using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>Rules about new columns that cause a table rewrite.</summary>
internal static class NewColumnRules
{
    private const string Notes = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";

    public static readonly LintRule VolatileDefault = new(
        "volatile-default",
        LintSeverity.Error,
        "Adding a column with a volatile default rewrites the table and its indexes under an ACCESS EXCLUSIVE lock.",
        "Use ADD COLUMN without the default, then ALTER COLUMN … SET DEFAULT for new rows. Fill the existing rows in batches, in separate scripts.",
        Notes);

    public static readonly LintRule StoredGenerated = new(
        "stored-generated-column",
        LintSeverity.Error,
        "Adding a STORED generated column rewrites the table and its indexes under an ACCESS EXCLUSIVE lock.",
        "Use a VIRTUAL generated column (PostgreSQL 18), an index on the expression, or a plain column. A trigger fills the plain column for new rows, and later scripts for existing rows.",
        Notes);

    public static readonly LintRule Serial = new(
        "serial-column",
        LintSeverity.Error,
        "serial, bigserial and IDENTITY assign a number to every existing row. This rewrites the table and its indexes under an ACCESS EXCLUSIVE lock.",
        "Add a plain column, use CREATE SEQUENCE … OWNED BY for the column, and SET DEFAULT nextval(…) for new rows. Number the existing rows in batches, in separate scripts.",
        Notes);

    // The words that can precede a parenthesis in an expression without being a function (func_expr_common_subexpr and others in gram.y).
    private static readonly string[] Syntax =
    [
        "all", "and", "any", "array", "as", "at", "between", "by", "case", "cast", "coalesce", "collate", "distinct", "else", "end", "exists", "extract", "filter", "for", "from",
        "greatest", "ilike", "in", "interval", "is", "json", "json_array", "json_object", "json_scalar", "json_serialize", "least", "like", "normalize", "not", "nullif", "operator", "or",
        "over", "overlaps", "overlay", "position", "row", "select", "similar", "some", "substring", "then", "treat", "trim", "values", "varying", "when", "where", "xmlelement", "xmlforest", "zone",
        "current_time", "current_timestamp", "localtime", "localtimestamp", "precision",
    ];

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUseWithRows.Where(c => c.Kind == ChangeKind.AddColumn))
        {
            ColumnDefinition column = change.Definition!;
            string rewrites = $"rewrites {DisplayName.Of(change.Table)} and blocks reads and writes until the rewrite finishes";
            if (column.IsStoredGenerated)
            {
                yield return new RuleMatch(StoredGenerated, $"adding {change.Column}, a stored generated column, {rewrites}", change);
            }
            else if (column.IsSerial || column.IsIdentity)
            {
                yield return new RuleMatch(Serial, $"adding {change.Column}, which assigns a number to every row, {rewrites}", change);
            }
            else if ((column.Default ?? DefaultOfDomain(statement, column)) is { } value && FunctionsOf(value) is { Count: > 0 } functions)
            {
                string? volatileFunction = functions.Find(f => BuiltInFunctions.IsVolatile(f) == true);
                if (volatileFunction is not null)
                {
                    yield return new RuleMatch(VolatileDefault, $"the volatile default {volatileFunction}() {rewrites}", change);
                }
                else if (functions.Find(f => BuiltInFunctions.IsVolatile(f) is null && !Syntax.Contains(f) && !BuiltInTypes.Contains(f)) is { } unknown)
                {
                    yield return new RuleMatch(VolatileDefault, $"if {unknown}() is volatile, the default {rewrites}", change) { Severity = LintSeverity.Warning };
                }
            }
        }
    }

    private static string? DefaultOfDomain(LintedStatement statement, ColumnDefinition column)
        => DomainRules.TypeName(column.Type) is { } type ? statement.Schema.Objects.DefaultOf(statement.Schema.NewTables.Names.Resolve(type)) : null;

    // Returns every name that is followed by a parenthesis.
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
