using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>A lock is held until the transaction ends: what comes behind it in the script makes others wait, too.</summary>
internal static class LongTransactionRules
{
    private const string Source = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES";

    public static readonly LintRule Behind = new(
        "statement-behind-exclusive-lock",
        LintSeverity.Warning,
        "An ACCESS EXCLUSIVE lock is held until the transaction ends: while this statement works, or waits for a lock of its own, reads and writes of that table wait.",
        "Put it into a script of its own.",
        Source);

    public static readonly LintRule Backfill = new(
        "backfill-with-ddl",
        LintSeverity.Error,
        "The lock of the DDL is held until the transaction ends, and so for as long as the rows are changed.",
        "Put the DDL and the change of rows into scripts of their own; a table of many millions is filled in steps, by a script whose first line is '-- evolve-tx-off'.",
        Source);

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.Changes)
        {
            if (change.Kind is ChangeKind.Update or ChangeKind.Delete or ChangeKind.Merge or ChangeKind.InsertMany)
            {
                if (OfRows(statement, change) is { } hit)
                {
                    yield return hit;
                }
            }
            else if (statement.IsInUse(change) && TableLocks.BlocksWrites(change.Lock) && RowsBefore(statement, change) is { } rows)
            {
                yield return new RuleHit(
                    Backfill,
                    $"{change.Words} asks for its lock on {Naming.Of(change.Table)} behind {rows.Words}: if it is not to be had in time, all of that is rolled back and done again",
                    change)
                { Severity = LintSeverity.Warning };
            }
            else if (Blocker(statement, change) is { } blocker && Takes(statement, change, blocker))
            {
                yield return new RuleHit(Behind, $"{change.Words} runs while {blocker.Words} keeps reads and writes on {Naming.Of(blocker.Table)} waiting", change);
            }
        }
    }

    private static RuleHit? OfRows(LintedStatement statement, SchemaChange rows)
    {
        if (rows.Table is { } table && statement.IsInUse(rows) && statement.Transaction.StrongestOn(table) is { } own && TableLocks.BlocksWrites(own.Lock))
        {
            return new RuleHit(Backfill, $"{rows.Words} changes rows of {Naming.Of(table)} while {own.Words} keeps {TableLocks.Blocked(own.Lock)} on it waiting", rows)
            {
                // A few rows may be all that there is to delete.
                Severity = rows.Kind is ChangeKind.Update or ChangeKind.Merge ? LintSeverity.Error : LintSeverity.Warning,
            };
        }

        return Blocker(statement, rows) is { } blocker
            ? new RuleHit(Backfill, $"{rows.Words} runs while {blocker.Words} keeps reads and writes on {Naming.Of(blocker.Table)} waiting", rows) { Severity = LintSeverity.Warning }
            : null;
    }

    private static SchemaChange? Blocker(LintedStatement statement, SchemaChange change)
        => statement.Transaction.Before.FirstOrDefault(c => TableLocks.BlocksReads(c.Lock) && c != change);

    // What reads rows, or may have to wait for the lock of another table that is in use.
    private static bool Takes(LintedStatement statement, SchemaChange change, SchemaChange blocker)
        => change.Kind == ChangeKind.ValidateConstraint
            ? statement.IsInUse(change)
            : statement.IsInUse(change) && TableLocks.BlocksWrites(change.Lock)
                && change.Table is { } table && statement.Transaction.StrongestOn(table) is null && blocker.Table is { } held && !NewTables.IsSame(table, held);

    private static SchemaChange? RowsBefore(LintedStatement statement, SchemaChange change) => change.Table is { } table
        ? statement.Transaction.Before.FirstOrDefault(c => c.Kind is ChangeKind.Update or ChangeKind.Delete or ChangeKind.Merge or ChangeKind.InsertMany
            && c.Table is not null && NewTables.IsSame(c.Table, table))
        : null;
}
