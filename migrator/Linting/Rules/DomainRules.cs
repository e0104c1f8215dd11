using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>Rules about domains with constraints.</summary>
internal static class DomainRules
{
    public static readonly LintRule Column = new(
        "domain-column",
        LintSeverity.Error,
        "Adding a column of a domain with a constraint rewrites the table under an ACCESS EXCLUSIVE lock, even without a default.",
        "Add the column with the base type of the domain, and add the same constraint to the table NOT VALID. VALIDATE it in a later script.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES");

    public static readonly LintRule Constraint = new(
        "domain-constraint",
        LintSeverity.Error,
        "The statement reads every row of every table that has a column of the domain, and blocks writes on all of these tables until it has finished.",
        "Use ALTER DOMAIN … ADD CONSTRAINT … NOT VALID. VALIDATE CONSTRAINT in a later script, at a time with few writes.",
        "https://www.postgresql.org/docs/current/sql-alterdomain.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.Changes)
        {
            if (change is { Kind: ChangeKind.CheckDomain, IsNotValid: false } && !statement.Schema.Objects.Contains(change))
            {
                yield return new RuleMatch(Constraint, $"{change.StatementName} scans all tables with columns of the domain {DisplayName.Of(change.Name)}, and blocks writes on them", change)
                {
                    // There is no way to validate without a scan.
                    Severity = change.IsValidation ? LintSeverity.Warning : null,
                };
            }
            else if (change is { Kind: ChangeKind.AddColumn, Definition: { } column } && statement.IsInUse(change) && FindColumn(statement, change, column) is { } match)
            {
                yield return match;
            }
        }
    }

    private static RuleMatch? FindColumn(LintedStatement statement, SchemaChange change, ColumnDefinition column)
    {
        if (column.IsSerial || BuiltInTypes.Contains(column.Type) || TypeName(column.Type) is not { } type)
        {
            return null;
        }

        string rewrites = $"rewrites {DisplayName.Of(change.Table)} and blocks reads and writes until the rewrite finishes";
        return statement.Schema.Objects.IsDomainWithConstraint(statement.Schema.NewTables.Names.Resolve(type)) switch
        {
            true => new RuleMatch(Column, $"adding {change.Column}, whose type {DisplayName.Of(type)} is a domain with a constraint, {rewrites}", change),
            false => null,
            null => new RuleMatch(Column, $"if {DisplayName.Of(type)} is a domain with a constraint, adding {change.Column} {rewrites}", change)
            {
                Severity = LintSeverity.Warning,
                Question = LintQuestion.IsDomain,
                Type = type,
            },
        };
    }

    /// <summary>The name of a type that can be a domain; null for an array.</summary>
    public static SqlName? TypeName(string type)
    {
        StatementReader reader = new(type);
        SqlName? name = reader.Name();
        return reader.AtEnd || reader.Current.Kind == SqlTokenKind.OpenParenthesis ? name : null;
    }
}
