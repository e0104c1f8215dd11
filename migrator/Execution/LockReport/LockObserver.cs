using Migrator.Database;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Observes which tables migrations lock, rewrite and change, with queries that are sent in the same batches as the migrations'
/// statements. Observation must not make a migration fail: if the server refuses a query, observation stops, and the transaction
/// that contained the query runs again without it.
/// </summary>
internal sealed class LockObserver
{
    // A query takes server and client 0.2 ms in total (measured), a fifth of the time of a small script. In an ordinary release,
    // every script is queried. In a very long run, fast scripts are queried only while the queries take less than this share of
    // the run's time. Slow scripts are observed by the StatementWatcher in any case.
    private static readonly TimeSpan s_queryCost = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan s_minimumBudget = s_queryCost * 10;
    private const double MaxShareOfRun = 0.015;

    private readonly MigrationContext _context;
    private readonly KnownTables _tables;
    private readonly long _started;
    private TimeSpan _spent;
    private bool _isOff;

    private LockObserver(MigrationContext context, KnownTables tables)
        => (_context, _tables, _started) = (context, tables, context.Time.GetTimestamp());

    /// <summary>Starts to observe a run.</summary>
    /// <returns>The observer; null if the server refuses the query.</returns>
    public static async Task<LockObserver?> StartAsync(MigrationContext context, CancellationToken cancellation)
    {
        try
        {
            // The second query shows whether the role may observe locks.
            KnownTables tables = await context.Session.QueryAsync(
                [HeldLocksQuery.TablesStatement, HeldLocksQuery.LocksStatement],
                reader => KnownTables.ReadAsync(reader, context.Settings.Schemas, cancellation),
                cancellation).ConfigureAwait(false);
            return new LockObserver(context, tables);
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            ReportStop(context.Progress, e);
            return null;
        }
    }

    /// <summary>Starts to observe a transaction.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step that runs in the transaction; 0 for a whole script.</param>
    /// <param name="begin">The statement that opens the transaction.</param>
    /// <returns>The transaction; null if it accesses no table in use, or if observation has stopped.</returns>
    public ObservedTransaction? BeginTransaction(CheckedScript script, int step, string begin)
    {
        if (_isOff || script.Analysis.Transactions.GetValueOrDefault(step) is not { Statements.Count: > 0 } analysis)
        {
            return null;
        }

        bool isQueried = script.Script.IsTransactionOff || _spent < s_minimumBudget + (_context.Time.GetElapsedTime(_started) * MaxShareOfRun);
        _spent += isQueried ? s_queryCost : TimeSpan.Zero;

        // A query between two statements takes a snapshot. SET TRANSACTION must come before the first query of a transaction, and
        // in REPEATABLE READ, the first query decides which rows the transaction sees.
        bool canMeasureTime = _tables.IsReadCommitted && !analysis.SetsIsolation && !begin.Contains("isolation", StringComparison.OrdinalIgnoreCase);
        return new ObservedTransaction(analysis.Statements, _tables, _context.Time, isQueried && canMeasureTime) { QueriesInBatch = isQueried };
    }

    /// <summary>Stops the observation, after the server refused a query.</summary>
    public void Stop(NpgsqlException cause)
    {
        _isOff = true;
        ReportStop(_context.Progress, cause);
    }

    private static void ReportStop(IExecutionProgress progress, NpgsqlException cause)
        => progress.Info($"stopped observing the locks of migrations: {ForeignText.Of(cause is PostgresException server ? server.MessageText : cause.Message)}");
}

/// <summary>
/// A query of <see cref="LockObserver"/> failed, and with it the transaction. The script itself did not fail.
/// </summary>
/// <param name="cause">The server's error.</param>
internal sealed class ObservationFailedException(NpgsqlException cause) : Exception(cause.Message, cause)
{
    /// <summary>The server's error.</summary>
    public NpgsqlException Cause { get; } = cause;
}
