using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>A statement with the context that rules need: its transaction and the statements before it.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Changes">The changes that the statement makes.</param>
/// <param name="Transaction">The transaction, with the changes that previous statements made in it.</param>
/// <param name="Schema">The schema as previous statements define it.</param>
/// <param name="HasLockTimeout">Whether <c>lock_timeout</c> limits how long the statement waits for a lock.</param>
/// <param name="Phase">The phase of the script; null if the folder has no contract script.</param>
internal sealed record LintedStatement(
    SqlStatement Statement, IReadOnlyList<SchemaChange> Changes, LintTransaction Transaction, LintSchema Schema, bool HasLockTimeout, ScriptPhase? Phase = null)
{
    /// <summary>The changes to tables in use. A lock on a table that the linted scripts create does not block other sessions.</summary>
    public IEnumerable<SchemaChange> InUse => Changes.Where(IsInUse);

    /// <summary>The changes in <see cref="InUse"/>, without those of foreign tables, whose rows PostgreSQL neither reads nor rewrites.</summary>
    public IEnumerable<SchemaChange> InUseWithRows => InUse.Where(c => !c.IsForeign && !(c.Table is { } table && Schema.Tables.IsForeign(table)));

    /// <summary>The strongest lock that the statement acquires on a table. PostgreSQL acquires this lock first, and for all actions.</summary>
    public SchemaChange? StrongestLockOn(SqlName? table) => Changes.Where(c => c.Table == table).MaxBy(c => c.Lock);

    /// <summary>The changes to what existed before the linted scripts: tables, other objects, and columns. An old version of the application can use it.</summary>
    public IEnumerable<SchemaChange> Old => Changes.Where(IsOld);

    /// <summary>Whether a change affects a table or index in use.</summary>
    public bool IsInUse(SchemaChange change) => Schema.NewTables.IsInUse(change);

    /// <summary>Whether a column is one that the linted scripts add.</summary>
    public bool IsNewColumn(SchemaChange change, string? column) => change.Table is { } table && column is not null && Schema.NewColumns.Contains(table, column);

    // REVOKE of a role, or on a database, names no table and no object that a script creates.
    private bool IsOld(SchemaChange change) => change.Kind != ChangeKind.CreateTable
        && !Schema.NewTables.Contains(change.Table ?? change.Name)
        && !Schema.Objects.Contains(change)
        && !IsNewColumn(change, change.Column);
}

/// <summary>A violation of a rule in a statement.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Message">What the statement does, in one sentence.</param>
/// <param name="Change">The change that breaks the rule; null if the whole statement does.</param>
internal sealed record RuleMatch(LintRule Rule, string Message, SchemaChange? Change = null)
{
    /// <summary>The type of the new column, if the question is about it.</summary>
    public SqlName? Type { get; init; }

    /// <summary>What the database has to be asked about the finding.</summary>
    public LintQuestion Question { get; init; }

    /// <summary>How to get the same result with less risk; null for the text of the rule.</summary>
    public string? SaferWay { get; init; }

    /// <summary>What is missing after the statement. If a later statement of the transaction creates it again, the finding does not apply.</summary>
    public MissingPart? Missing { get; init; }

    /// <summary>The severity; null for the severity of the rule.</summary>
    public LintSeverity? Severity { get; init; }
}
