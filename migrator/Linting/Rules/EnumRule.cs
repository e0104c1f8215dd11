using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>The rule about an enum value that a statement uses in the transaction that adds it.</summary>
internal static class EnumRule
{
    public static readonly LintRule Rule = new(
        "enum-value-in-same-transaction",
        LintSeverity.Error,
        "PostgreSQL refuses a new enum value until the transaction that added it has committed (SQLSTATE 55P04). Each script runs in a transaction with its history row.",
        "Put ALTER TYPE … ADD VALUE into an earlier script.",
        "https://www.postgresql.org/docs/current/sql-altertype.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (EnumChange added in statement.Transaction.EnumValues)
        {
            if (Uses(statement.Statement.Text, added))
            {
                yield return statement.Transaction.Creates(added.Type)
                    ? new RuleMatch(Rule, $"'{added.AddedValue}' is used in the transaction that creates {DisplayName.Of(added.Type)} and adds it: PostgreSQL 16 and older versions refuse that") { Severity = LintSeverity.Warning }
                    : new RuleMatch(Rule, $"'{added.AddedValue}' is used in the transaction that adds it to {DisplayName.Of(added.Type)}");
            }
        }
    }

    private static bool Uses(string statement, EnumChange added)
    {
        StatementReader reader = new(statement);

        // ALTER TYPE can name the value: ADD VALUE … AFTER 'value', RENAME VALUE. The other statements use strings only as text.
        if (reader.Is("comment") || reader.Is("set") || reader.Is("security") || reader.Skip("alter", "type"))
        {
            return false;
        }

        StatementReader create = reader;
        create.Skip("create");
        create.Skip("or", "replace");
        bool isRoutine = reader.Is("create") && (create.Is("function") || create.Is("procedure"));

        // PostgreSQL reads the body of a function in SQL when the function is created, but not one in another language.
        return isRoutine ? IsInSql(create) && Contains(reader, added, looksIntoBodies: true) : Contains(reader, added, looksIntoBodies: reader.Is("do"));
    }

    private static bool Contains(StatementReader reader, EnumChange added, bool looksIntoBodies)
    {
        for (; !reader.AtEnd; reader.Advance())
        {
            if (!reader.IsString)
            {
                continue;
            }

            string text = reader.Value;
            if ((text == added.AddedValue && !IsOtherType(reader, added.Type)) || (looksIntoBodies && Contains(new StatementReader(text), added, looksIntoBodies: false)))
            {
                return true;
            }
        }

        return false;
    }

    // 'value'::text and CAST ('value' AS text) are not values of the enum type.
    private static bool IsOtherType(StatementReader reader, SqlName type)
    {
        reader.Advance();
        if (reader.CurrentText is not "::" && !reader.Is("as"))
        {
            return false;
        }

        bool isCast = reader.CurrentText is "::";
        reader.Advance();
        SqlName? other = reader.Name();
        return other is not null && !NewTables.IsSame(other, type) && (isCast || reader.Current.Kind == SqlTokenKind.CloseParenthesis);
    }

    private static bool IsInSql(StatementReader reader)
    {
        // BEGIN ATOMIC … END needs no LANGUAGE.
        return !reader.SkipTo("language") || reader.Value.Equals("sql", StringComparison.OrdinalIgnoreCase);
    }
}
