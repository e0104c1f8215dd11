using Migrator.Database;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Observes what migrations really lock, rewrite and change, by a question in the batches that they are sent in. Observation is no reason for a migration to fail:
/// a question that the server refuses ends the observation, and what it was asked in runs again without it.
/// </summary>
internal sealed class LockObserver
{
    // Measured: a question costs server and client 0.2 ms in all, a fifth of a small script. It is asked in all scripts of an ordinary release; in a very long
    // run, in fast scripts only as often as this share of the run's time allows, and slow ones are seen by the watcher.
    private static readonly TimeSpan s_questionCost = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan s_freeCost = s_questionCost * 10;
    private const double Share = 0.015;

    private readonly MigrationContext _context;
    private readonly KnownTables _tables;
    private readonly long _started;
    private TimeSpan _spent;
    private bool _isOff;

    private LockObserver(MigrationContext context, KnownTables tables)
        => (_context, _tables, _started) = (context, tables, context.Time.GetTimestamp());

    /// <summary>Starts to observe a run; null when the server refuses the question.</summary>
    public static async Task<LockObserver?> StartAsync(MigrationContext context, CancellationToken cancellation)
    {
        try
        {
            context.Session.ThrowIfLost();
            await using var batch = new NpgsqlBatch(context.Session.Connection) { Timeout = 0 };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(HeldLocksQuery.TablesStatement));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(HeldLocksQuery.Statement));
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            KnownTables tables = await KnownTables.ReadAsync(reader, cancellation).ConfigureAwait(false);
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return new LockObserver(context, tables);
        }
        catch (PostgresException e) when (!SqlStates.IsServerGone(e))
        {
            Tell(context.Progress, e);
            return null;
        }
    }

    /// <summary>A transaction begins; null when it accesses nothing that could be observed.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step that runs in the transaction; 0 for a whole script.</param>
    /// <param name="begin">The statement that opens the transaction.</param>
    public ObservedTransaction? Begin(CheckedScript script, int step, string begin)
    {
        if (_isOff || script.Analysis.Transactions.GetValueOrDefault(step) is not { Statements.Count: > 0 } analysis)
        {
            return null;
        }

        bool isAsked = script.Script.IsTransactionOff || _spent < s_freeCost + (_context.Time.GetElapsedTime(_started) * Share);
        _spent += isAsked ? s_questionCost : TimeSpan.Zero;

        // A mark takes a snapshot. SET TRANSACTION has to come before the first query, and in REPEATABLE READ the first query decides what is seen.
        bool canMark = _tables.IsReadCommitted && !analysis.SetsIsolation && !begin.Contains("isolation", StringComparison.OrdinalIgnoreCase);
        return new ObservedTransaction(analysis.Statements, _tables, _context.Time, isAsked && canMark) { AsksInBatch = isAsked };
    }

    /// <summary>A question was refused: from now on none is asked.</summary>
    public void GiveUp(NpgsqlException cause)
    {
        _isOff = true;
        Tell(_context.Progress, cause);
    }

    private static void Tell(IExecutionProgress progress, NpgsqlException cause)
        => progress.Info($"what migrations lock is not observed any more: {(cause is PostgresException server ? server.MessageText : cause.Message)}");
}

/// <summary>A question of <see cref="LockObserver"/> failed, and the transaction with it. It says nothing about the script.</summary>
internal sealed class ObservationFailedException(NpgsqlException cause) : Exception(cause.Message, cause)
{
    public NpgsqlException Cause { get; } = cause;
}
