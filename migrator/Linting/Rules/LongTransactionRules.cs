using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Rules about statements that run while their transaction holds a blocking lock. PostgreSQL holds a lock until the transaction ends.</summary>
internal static class LongTransactionRules
{
    private const string Source = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES";

    public static readonly LintRule AfterExclusiveLock = new(
        "statement-after-exclusive-lock",
        LintSeverity.Warning,
        "An ACCESS EXCLUSIVE lock is held until the transaction ends. Reads and writes of the locked table also wait while this statement runs or waits for its own lock.",
        "Move the statement to a separate script.",
        Source);

    public static readonly LintRule Backfill = new(
        "backfill-with-ddl",
        LintSeverity.Error,
        "The lock of the DDL statement is held until the transaction ends, and therefore while the rows are changed.",
        "Put the DDL statement and the row changes into separate scripts. Fill a table with millions of rows in batches, in a script whose first line is '-- evolve-tx-off'.",
        Source);

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.Changes)
        {
            if (change.Kind is ChangeKind.Update or ChangeKind.Delete or ChangeKind.Merge or ChangeKind.InsertMany)
            {
                if (FindRowChange(statement, change) is { } match)
                {
                    yield return match;
                }
            }
            else if (statement.IsInUse(change) && TableLocks.BlocksWrites(change.Lock) && RowsBefore(statement, change) is { } rows)
            {
                yield return new RuleMatch(
                    Backfill,
                    $"{change.StatementName} needs a lock on {DisplayName.Of(change.Table)} after {rows.StatementName}: if the lock wait times out, {rows.StatementName} is rolled back and repeated",
                    change)
                { Severity = LintSeverity.Warning };
            }
            else if (Blocker(statement, change) is { } blocker && ProlongsLock(statement, change, blocker))
            {
                yield return new RuleMatch(AfterExclusiveLock, $"{change.StatementName} runs while the lock of {blocker.StatementName} blocks reads and writes on {DisplayName.Of(blocker.Table)}", change);
            }
        }
    }

    private static RuleMatch? FindRowChange(LintedStatement statement, SchemaChange rows)
    {
        if (IsByKey(statement, rows))
        {
            return null;
        }

        if (rows.Table is { } table && statement.IsInUse(rows) && statement.Transaction.StrongestLockOn(table) is { } own && TableLocks.BlocksWrites(own.Lock))
        {
            return new RuleMatch(Backfill, $"{rows.StatementName} changes rows of {DisplayName.Of(table)} while the lock of {own.StatementName} blocks {TableLocks.Blocked(own.Lock)}", rows)
            {
                // DELETE, INSERT … SELECT and COPY may affect only a few rows.
                Severity = rows.Kind is ChangeKind.Update or ChangeKind.Merge ? LintSeverity.Error : LintSeverity.Warning,
            };
        }

        return Blocker(statement, rows) is { } blocker
            ? new RuleMatch(Backfill, $"{rows.StatementName} runs while the lock of {blocker.StatementName} blocks reads and writes on {DisplayName.Of(blocker.Table)}", rows) { Severity = LintSeverity.Warning }
            : null;
    }

    // A few rows, found by their key.
    private static bool IsByKey(LintedStatement statement, SchemaChange rows)
        => rows is { KeyColumn: { } column, Table: { } table } && statement.Schema.Tables.IsKey(table, column);

    private static SchemaChange? Blocker(LintedStatement statement, SchemaChange change)
        => statement.Transaction.Previous.FirstOrDefault(c => TableLocks.BlocksReads(c.Lock) && c != change);

    // True for a statement that scans a table or fills a new one, or that may wait for a lock on another table in use.
    private static bool ProlongsLock(LintedStatement statement, SchemaChange change, SchemaChange blocker)
        => change is { Kind: ChangeKind.CreateTable, IsFilled: true } || (change.Kind == ChangeKind.ValidateConstraint
            ? statement.IsInUse(change)
            : statement.IsInUse(change) && TableLocks.BlocksWrites(change.Lock)
                && change.Table is { } table && statement.Transaction.StrongestLockOn(table) is null && blocker.Table is { } held && !NewTables.IsSame(table, held));

    private static SchemaChange? RowsBefore(LintedStatement statement, SchemaChange change) => change.Table is { } table
        ? statement.Transaction.Previous.FirstOrDefault(c => c.Kind is ChangeKind.Update or ChangeKind.Delete or ChangeKind.Merge or ChangeKind.InsertMany
            && c.Table == table && !IsByKey(statement, c))
        : null;
}
