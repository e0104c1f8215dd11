using System.Diagnostics;
using Migrator.Database;
using Migrator.Planning;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Sees what migrations really lock, rewrite and change, by a question in the batches that they travel in. It is no reason for a migration to fail:
/// a question that is refused ends the observation, and what it was asked in runs again without it.
/// </summary>
internal sealed class LockObserver
{
    // Measured: a look costs server and client 0.2 ms in all, a fifth of a small script. All scripts of an ordinary release are looked at; of a very long
    // run, quick ones only as often as this share of its time allows, and slow ones by the watcher.
    private static readonly TimeSpan LookCost = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan FreeCost = LookCost * 10;
    private const double Share = 0.015;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly KnownTables _tables;
    private readonly AccessedTables _touched;
    private readonly IExecutionProgress _report;
    private TimeSpan _spent;
    private bool _isOff;

    private LockObserver(KnownTables tables, AccessedTables touched, IExecutionProgress report) => (_tables, _touched, _report) = (tables, touched, report);

    /// <summary>Begins to observe a run; null when it is switched off, when there is nothing to see, or when the server does not answer the question.</summary>
    public static async Task<LockObserver?> StartAsync(ApplyContext context, AccessedTables touched, CancellationToken cancellation)
    {
        if (!context.Options.Observe || touched.IsEmpty)
        {
            return null;
        }

        try
        {
            context.Session.ThrowIfLost();
            await using var batch = new NpgsqlBatch(context.Session.Connection) { Timeout = 0 };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(HeldLocksQuery.TablesStatement));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(HeldLocksQuery.Statement));
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            KnownTables tables = await KnownTables.ReadAsync(reader, cancellation).ConfigureAwait(false);
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return new LockObserver(tables, touched, context.Report);
        }
        catch (PostgresException e) when (!SqlStates.IsServerGone(e))
        {
            Tell(context.Report, e);
            return null;
        }
    }

    /// <summary>A transaction begins; null when there is nothing to see in it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="statements">What runs in it.</param>
    /// <param name="begin">How it begins.</param>
    public ObservedTransaction? Begin(CheckedScript script, IReadOnlyList<SqlStatement> statements, string begin)
    {
        if (_isOff)
        {
            return null;
        }

        bool isAsked = script.Script.IsTransactionOff || _spent < FreeCost + (Stopwatch.GetElapsedTime(_started) * Share);
        var transaction = new ObservedTransaction(script, statements, _tables, _touched, isAsked && IsSnapshotFree(statements, begin)) { IsAsked = isAsked };
        if (!transaction.IsWorthALook)
        {
            return null;
        }

        _spent += isAsked ? LookCost : TimeSpan.Zero;
        return transaction;
    }

    /// <summary>A question was refused: from now on none is asked.</summary>
    public void GiveUp(NpgsqlException cause)
    {
        _isOff = true;
        Tell(_report, cause);
    }

    private static void Tell(IExecutionProgress report, NpgsqlException cause)
        => report.Info($"what migrations lock is not observed any more: {(cause is PostgresException server ? server.MessageText : cause.Message)}");

    // A mark takes a snapshot, and SET TRANSACTION has to come before the first query, and in REPEATABLE READ the first query decides what is seen.
    private bool IsSnapshotFree(IReadOnlyList<SqlStatement> statements, string begin)
        => _tables.IsReadCommitted && !MayIsolate(begin) && !statements.Any(s => MayIsolate(s.Text));

    private static bool MayIsolate(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Skip("set", "transaction")
            || ((reader.Is("set") || reader.Is("begin") || reader.Is("start") || reader.Is("select")) && statement.Contains("isolation", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A question of <see cref="LockObserver"/> failed, and the transaction with it. It says nothing about the script.</summary>
internal sealed class LookException(NpgsqlException cause) : Exception(cause.Message, cause)
{
    public NpgsqlException Cause { get; } = cause;
}
