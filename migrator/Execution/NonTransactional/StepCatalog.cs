using Migrator.Database;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.NonTransactional;

/// <summary>What the catalog says of a step that was started and not noted as done.</summary>
internal enum StepFate
{
    /// <summary>It happened.</summary>
    Done,

    /// <summary>It did not, or can be done again.</summary>
    RunAgain,

    /// <summary>It stopped half way; <see cref="StepVerdict.CleanUp"/> comes before it is run again, or instead of it.</summary>
    CleanUpFirst,

    /// <summary>The catalog cannot tell.</summary>
    Unknown,
}

/// <summary>What to do with a step that was interrupted.</summary>
/// <param name="Fate">What the catalog says.</param>
/// <param name="CleanUp">Statements to run first, each outside a transaction.</param>
/// <param name="IsDoneAfterCleanUp">Whether they finish it, so that it is not run again.</param>
internal sealed record StepVerdict(StepFate Fate, IReadOnlyList<string> CleanUp, bool IsDoneAfterCleanUp = false)
{
    public static readonly StepVerdict Done = new(StepFate.Done, []);
    public static readonly StepVerdict RunAgain = new(StepFate.RunAgain, []);
    public static readonly StepVerdict Unknown = new(StepFate.Unknown, []);
}

/// <summary>
/// Asks the catalog whether a statement happened that cannot share a transaction with its progress row
/// (CREATE INDEX CONCURRENTLY: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY).
/// </summary>
internal sealed class StepCatalog(DatabaseSession session)
{
    /// <summary>The object that the statement is about to create, if one of that name is there already.</summary>
    public async Task<uint?> ExistingAsync(SqlStatement statement, CancellationToken cancellation)
        => ConcurrentStatement.Parse(statement.Text) is { Action: ConcurrentAction.CreateIndex } create
            ? (await IndexAsync(create, cancellation).ConfigureAwait(false))?.Oid
            : null;

    /// <summary>What became of a statement that was started.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="existedBefore">What <see cref="ExistingAsync"/> said before it started.</param>
    /// <param name="cancellation">Ends the queries.</param>
    public async Task<StepVerdict> JudgeAsync(SqlStatement statement, uint? existedBefore, CancellationToken cancellation)
    {
        if (ConcurrentStatement.Parse(statement.Text) is not { } concurrent)
        {
            return IsRepeatable(statement.Text) ? StepVerdict.RunAgain : StepVerdict.Unknown;
        }

        switch (concurrent.Action)
        {
            case ConcurrentAction.CreateIndex:
                (uint Oid, string Name, bool IsValid)? index = await IndexAsync(concurrent, cancellation).ConfigureAwait(false);
                return index is not { } found || found.Oid == existedBefore ? StepVerdict.RunAgain
                    : found.IsValid ? StepVerdict.Done
                    : new StepVerdict(StepFate.CleanUpFirst, [$"DROP INDEX CONCURRENTLY {found.Name}"]);

            case ConcurrentAction.DropIndex:
                bool isThere = await session.ScalarAsync<bool>(
                    $"SELECT to_regclass({Quote.Literal(concurrent.Index?.ToString())}) IS NOT NULL", cancellation).ConfigureAwait(false);
                return isThere ? StepVerdict.RunAgain : StepVerdict.Done;

            case ConcurrentAction.Reindex:
                return await ReindexLeftoversAsync(concurrent, cancellation).ConfigureAwait(false) is { Count: > 0 } leftovers
                    ? new StepVerdict(StepFate.CleanUpFirst, [.. leftovers.Select(l => $"DROP INDEX CONCURRENTLY IF EXISTS {l}")])
                    : StepVerdict.RunAgain;

            default:
                return await DetachAsync(concurrent, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a CREATE INDEX CONCURRENTLY that reported success left an index that is used: IF NOT EXISTS is content with an INVALID one.</summary>
    public async Task<bool> IsUsableAsync(SqlStatement statement, CancellationToken cancellation)
        => ConcurrentStatement.Parse(statement.Text) is not { Action: ConcurrentAction.CreateIndex } create
            || await IndexAsync(create, cancellation).ConfigureAwait(false) is not { IsValid: false };

    /// <summary>Whether it can be told what became of a statement, or it can simply be run again.</summary>
    public static bool CanDecide(string statement)
        => ConcurrentStatement.Parse(statement) is { } concurrent
            ? concurrent is not { Action: ConcurrentAction.CreateIndex, Index: null }
            : IsRepeatable(statement);

    // VACUUM, ANALYZE and their kin do the same again; ALTER SYSTEM and ALTER DATABASE set what they set.
    private static bool IsRepeatable(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Is("vacuum") || reader.Is("analyze") || reader.Is("cluster") || reader.Is("reindex") || reader.Is("checkpoint")
            || (reader.Skip("alter") && (reader.Is("system") || reader.Is("database")));
    }

    // An index stands in its table's schema, whatever the search_path is.
    private async Task<(uint Oid, string Name, bool IsValid)?> IndexAsync(ConcurrentStatement create, CancellationToken cancellation)
    {
        string sql = $"""
            SELECT c.oid, format('%I.%I', n.nspname, c.relname), i.indisvalid
              FROM pg_class t
              JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = {Quote.Literal(create.Index?.Name)}
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_index i ON i.indexrelid = c.oid
             WHERE t.oid = to_regclass({Quote.Literal(create.Table?.ToString())})
            """;
        await using var query = new NpgsqlCommand(sql, session.Connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await reader.ReadAsync(cancellation).ConfigureAwait(false)
            ? (reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetBoolean(2))
            : null;
    }

    // https://www.postgresql.org/docs/current/sql-reindex.html: an interrupted one leaves INVALID indexes that end in _ccnew or _ccold.
    private async Task<List<string>> ReindexLeftoversAsync(ConcurrentStatement reindex, CancellationToken cancellation)
    {
        string? name = (reindex.Index ?? reindex.Table)?.ToString();
        string scope = name is null ? "true" : $"to_regclass({Quote.Literal(name)}) IN (i.indrelid, (SELECT s.indexrelid FROM pg_index s WHERE s.indrelid = i.indrelid AND s.indexrelid = to_regclass({Quote.Literal(name)})))";
        string sql = $"""
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND {scope}
            """;
        var found = new List<string>();
        await using var query = new NpgsqlCommand(sql, session.Connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    // https://www.postgresql.org/docs/current/sql-altertable.html: an interrupted one is completed with FINALIZE.
    private async Task<StepVerdict> DetachAsync(ConcurrentStatement detach, CancellationToken cancellation)
    {
        bool? isPending = await session.ScalarAsync<bool?>(
            $"SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass({Quote.Literal(detach.Partition?.ToString())}) AND inhparent = to_regclass({Quote.Literal(detach.Table?.ToString())})",
            cancellation).ConfigureAwait(false);
        return isPending switch
        {
            null => StepVerdict.Done,
            false => StepVerdict.RunAgain,
            true => new StepVerdict(StepFate.CleanUpFirst, [$"ALTER TABLE {detach.Table} DETACH PARTITION {detach.Partition} FINALIZE"], IsDoneAfterCleanUp: true),
        };
    }
}
