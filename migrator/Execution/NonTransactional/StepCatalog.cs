using System.Globalization;
using Migrator.Database;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.NonTransactional;

/// <summary>The way to continue after a step that was started, but not recorded as done.</summary>
internal enum RecoveryAction
{
    /// <summary>The step took effect. Nothing has to be done.</summary>
    None,

    /// <summary>The step did not take effect, or can be repeated. It runs again.</summary>
    RunAgain,

    /// <summary>
    /// The step took effect partially. The statements of <see cref="StepRecovery.CleanUp"/> run before the step, or instead of it.
    /// </summary>
    CleanUpFirst,

    /// <summary>The system catalog does not show whether the step took effect. The user has to decide.</summary>
    Unknown,
}

/// <summary>The way to continue after a step that was interrupted, with the statements that are needed for it.</summary>
/// <param name="Action">The action.</param>
/// <param name="CleanUp">The statements to run first, each outside a transaction.</param>
/// <param name="IsDoneAfterCleanUp">Whether these statements complete the step, so that it does not run again.</param>
internal sealed record StepRecovery(RecoveryAction Action, IReadOnlyList<string> CleanUp, bool IsDoneAfterCleanUp = false)
{
    /// <summary>The step took effect.</summary>
    public static readonly StepRecovery None = new(RecoveryAction.None, []);

    /// <summary>The step runs again.</summary>
    public static readonly StepRecovery RunAgain = new(RecoveryAction.RunAgain, []);

    /// <summary>The user has to decide.</summary>
    public static readonly StepRecovery Unknown = new(RecoveryAction.Unknown, []);
}

/// <summary>
/// Queries the system catalog for the effect of a statement that cannot run in the transaction that records its progress
/// (CREATE INDEX CONCURRENTLY: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY).
/// </summary>
/// <param name="session">The run's session.</param>
internal sealed class StepCatalog(DatabaseSession session)
{
    /// <summary>Finds the index that already has the name of the index that the statement creates.</summary>
    /// <returns>The oid of the existing index; null for none, and for other statements.</returns>
    public async Task<uint?> ExistingAsync(SqlStatement statement, CancellationToken cancellation)
        => ConcurrentStatement.Parse(statement.Text) is { Action: ConcurrentAction.CreateIndex } create
            ? (await IndexAsync(create, cancellation).ConfigureAwait(false))?.Oid
            : null;

    /// <summary>Finds the way to continue after a statement that was started.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="existedBefore">The result of <see cref="ExistingAsync"/> before the statement started.</param>
    /// <param name="cancellation">Ends the queries.</param>
    public async Task<StepRecovery> FindRecoveryAsync(SqlStatement statement, uint? existedBefore, CancellationToken cancellation)
    {
        if (ConcurrentStatement.Parse(statement.Text) is not { } concurrent)
        {
            return IsRepeatable(statement.Text) ? StepRecovery.RunAgain : StepRecovery.Unknown;
        }

        switch (concurrent.Action)
        {
            case ConcurrentAction.CreateIndex:
                (uint Oid, string Name, bool IsValid)? index = await IndexAsync(concurrent, cancellation).ConfigureAwait(false);
                return index is not { } found || found.Oid == existedBefore ? StepRecovery.RunAgain
                    : found.IsValid ? StepRecovery.None
                    : new StepRecovery(RecoveryAction.CleanUpFirst, [$"DROP INDEX CONCURRENTLY {found.Name}"]);

            case ConcurrentAction.DropIndex:
                return await session.FindRelationAsync(concurrent.Index, cancellation).ConfigureAwait(false) is null
                    ? StepRecovery.None
                    : StepRecovery.RunAgain;

            case ConcurrentAction.Reindex:
                return await ReindexLeftoversAsync(concurrent, cancellation).ConfigureAwait(false) is { Count: > 0 } leftovers
                    ? new StepRecovery(RecoveryAction.CleanUpFirst, [.. leftovers.Select(l => $"DROP INDEX CONCURRENTLY IF EXISTS {l}")])
                    : StepRecovery.RunAgain;

            default:
                return await DetachAsync(concurrent, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Checks the index of a successful CREATE INDEX CONCURRENTLY. With IF NOT EXISTS, the statement also succeeds if an INVALID index, an
    /// index of another table, or another relation already has the name of the index.
    /// </summary>
    /// <returns>The reason why the index cannot be used, and the advice. Null if the index can be used, and for other statements.</returns>
    public async Task<(string Reason, string Advice)?> UnusableAsync(SqlStatement statement, CancellationToken cancellation)
        => ConcurrentStatement.Parse(statement.Text) is not { Action: ConcurrentAction.CreateIndex } create ? null
            : await IndexAsync(create, cancellation).ConfigureAwait(false) is not { } index
                ? ("another relation has the name of this index, so IF NOT EXISTS did not build the index", "Rename the other relation, or the index. Then run again.")
            : index.IsValid ? null
            : ("an INVALID index with this name already exists, and IF NOT EXISTS does not rebuild it", "Drop the index with DROP INDEX CONCURRENTLY, then run again.");

    /// <summary>Whether a run can continue after the statement was interrupted, without a decision of the user.</summary>
    public static bool CanRecover(string statement)
        => ConcurrentStatement.Parse(statement) is { } concurrent
            ? concurrent is not { Action: ConcurrentAction.CreateIndex, Index: null }
            : IsRepeatable(statement);

    // VACUUM, ANALYZE and similar statements have the same effect when they are repeated. ALTER SYSTEM and ALTER DATABASE do, too.
    private static bool IsRepeatable(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Is("vacuum") || reader.Is("analyze") || reader.Is("cluster") || reader.Is("reindex") || reader.Is("checkpoint")
            || (reader.Skip("alter") && (reader.Is("system") || reader.Is("database")));
    }

    // Searches in the table's schema, because PostgreSQL creates an index in the schema of its table. An index of the same name on another
    // table, which another role may have created, is not the index of this statement.
    private async Task<(uint Oid, string Name, bool IsValid)?> IndexAsync(ConcurrentStatement create, CancellationToken cancellation)
    {
        if (await session.FindRelationAsync(create.Table, cancellation).ConfigureAwait(false) is not { } table)
        {
            return null;
        }

        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT c.oid, format('%I.%I', n.nspname, c.relname), i.indisvalid
              FROM pg_class t
              JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = {Quote.Literal(create.Index?.Name)}
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_index i ON i.indexrelid = c.oid AND i.indrelid = t.oid
             WHERE t.oid = {table}
            """);
        return await session.QueryAsync<(uint, string, bool)?>(
            [sql],
            async reader => await reader.ReadAsync(cancellation).ConfigureAwait(false)
                ? (reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetBoolean(2))
                : null,
            cancellation).ConfigureAwait(false);
    }

    // https://www.postgresql.org/docs/current/sql-reindex.html: an interrupted REINDEX CONCURRENTLY leaves INVALID indexes that end in _ccnew or _ccold.
    private async Task<List<string>> ReindexLeftoversAsync(ConcurrentStatement reindex, CancellationToken cancellation)
    {
        // REINDEX SCHEMA, DATABASE and SYSTEM name no table.
        string scope = "true";
        if ((reindex.Index ?? reindex.Table) is { } name)
        {
            uint relation = await session.FindRelationAsync(name, cancellation).ConfigureAwait(false) ?? 0;
            scope = string.Create(CultureInfo.InvariantCulture, $"(i.indrelid = {relation} OR i.indrelid = (SELECT s.indrelid FROM pg_index s WHERE s.indexrelid = {relation}))");
        }

        string sql = $"""
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND {scope}
            """;
        return await session.QueryAsync([sql], ReadNamesAsync, cancellation).ConfigureAwait(false);

        async Task<List<string>> ReadNamesAsync(NpgsqlDataReader reader)
        {
            var found = new List<string>();
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }
    }

    // https://www.postgresql.org/docs/current/sql-altertable.html: an interrupted DETACH PARTITION CONCURRENTLY is completed with FINALIZE.
    private async Task<StepRecovery> DetachAsync(ConcurrentStatement detach, CancellationToken cancellation)
    {
        uint partition = await session.FindRelationAsync(detach.Partition, cancellation).ConfigureAwait(false) ?? 0;
        uint table = await session.FindRelationAsync(detach.Table, cancellation).ConfigureAwait(false) ?? 0;
        bool? isPending = await session.ScalarAsync<bool?>(
            string.Create(CultureInfo.InvariantCulture, $"SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = {partition} AND inhparent = {table}"),
            cancellation).ConfigureAwait(false);
        return isPending switch
        {
            null => StepRecovery.None,
            false => StepRecovery.RunAgain,
            true => new StepRecovery(RecoveryAction.CleanUpFirst, [$"ALTER TABLE {detach.Table} DETACH PARTITION {detach.Partition} FINALIZE"], IsDoneAfterCleanUp: true),
        };
    }
}
