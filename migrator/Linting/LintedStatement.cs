using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>A statement where it stands: what it does, in which transaction, and what came before.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Changes">What it does.</param>
/// <param name="Transaction">What was done before in its transaction.</param>
/// <param name="Schema">What the scripts before say of the schema.</param>
/// <param name="HasLockTimeout">Whether its waiting for a lock has a limit.</param>
internal sealed record LintedStatement(
    SqlStatement Statement, IReadOnlyList<SchemaChange> Changes, LintTransaction Transaction, LintSchema Schema, bool HasLockTimeout)
{
    /// <summary>The changes to tables that are in use: what was created by the scripts themselves blocks nobody.</summary>
    public IEnumerable<SchemaChange> InUse => Changes.Where(IsInUse);

    /// <summary>Whether a change is one to a table, or an index, that is in use.</summary>
    public bool IsInUse(SchemaChange change) => Schema.New.IsInUse(change);
}

/// <summary>What a rule found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Message">What the statement does, in one sentence.</param>
/// <param name="Change">What of the statement does it; null for all of it.</param>
internal sealed record RuleHit(LintRule Rule, string Message, SchemaChange? Change = null)
{
    /// <summary>When it is another one than the rule's.</summary>
    public LintSeverity? Severity { get; init; }
}
