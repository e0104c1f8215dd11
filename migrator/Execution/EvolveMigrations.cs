using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Metadata;
using EvolveDb.Migration;
using Migrator.Database;
using Migrator.Execution.AdoNet;
using Migrator.Execution.Observation;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>
/// Evolve applies the transactional scripts and writes its history table. It is used through two seams: a loader that holds
/// exactly the pending scripts, and a connection of ours. This is the only file that names it.
/// <para>
/// Evolve is shown an empty history, so that it neither plans nor validates: that is done by then, without its faults.
/// Its questions to the catalog are answered here; what it executes is either a script (whose content is only a reference,
/// so that the text that reaches the server is the one we split and checked) or a history row. Without scripts it only
/// creates its table, and needs no transaction of ours.
/// </para>
/// </summary>
internal sealed class EvolveMigrations(ApplyContext context, TransactionalScript? transaction, CancellationToken cancellation)
{
    private const string Reference = "migrate script ";

    /// <summary>Told of each script before it runs.</summary>
    public Action<PreparedScript>? Starting { get; init; }

    /// <summary>Told of each script behind its commit.</summary>
    public Func<AppliedScript, Task>? Applied { get; init; }

    /// <summary>Lets Evolve create its history table, and the schema that it belongs to.</summary>
    public static async Task CreateHistoryAsync(ApplyContext context, CancellationToken cancellation)
    {
        try
        {
            // Evolve asks for each by itself: killed in between, its note that the schema was empty would be missing for ever.
            await context.Session.ExecuteAsync("BEGIN", cancellation).ConfigureAwait(false);
            await new EvolveMigrations(context, null, cancellation).MigrateAsync([]).ConfigureAwait(false);
            await context.Session.ExecuteAllAsync([context.History.CreateStatement, "COMMIT"], cancellation).ConfigureAwait(false);
        }
        catch (Npgsql.PostgresException e) when (!SqlStates.IsServerGone(e))
        {
            throw Failure(e, context.History);
        }
    }

    /// <summary>Applies scripts in order, each in its own transaction.</summary>
    /// <exception cref="StatementException">A script failed; those before it stay applied.</exception>
    public Task MigrateAsync(IReadOnlyList<PreparedScript> scripts)
        // Evolve is synchronous; on a thread of its own it blocks nobody.
        => Task.Run(() => Migrate(scripts), CancellationToken.None);

    private void Migrate(IReadOnlyList<PreparedScript> scripts)
    {
        var conversation = new Conversation(context, transaction, scripts, Starting, Applied, cancellation);
        using var connection = new ConversationConnection(conversation);
        var evolve = new Evolve(connection, dbms: DBMS.PostgreSQL)
        {
            Schemas = [context.History.Schema],
            MetadataTableName = context.History.Name,
            EnableClusterMode = false,
            IsEraseDisabled = true,
            MigrationLoader = new PendingScripts(scripts),
        };
        try
        {
            evolve.Migrate();
        }
        catch (Exception) when (conversation.Failure is not null)
        {
            // Evolve wraps the cause, and sometimes hides it behind what fails next.
            throw Failure(conversation.Failure, context.History);
        }
    }

    private static Exception Failure(Exception cause, HistoryTable history) => cause switch
    {
        _ when SqlStates.IsConnectionLoss(cause) => DatabaseProblems.Lost(cause),
        Npgsql.PostgresException => DatabaseProblems.Failed("preparing the history table", cause, history),
        _ => cause,
    };

    /// <summary>The loader: what is pending, and nothing else.</summary>
    private sealed class PendingScripts(IReadOnlyList<PreparedScript> scripts) : IMigrationLoader
    {
        public IEnumerable<MigrationScript> GetMigrations() => Of(ScriptKind.Versioned);

        public IEnumerable<MigrationScript> GetRepeatableMigrations() => Of(ScriptKind.Repeatable);

        private IEnumerable<MigrationScript> Of(ScriptKind kind)
            => scripts.Select((s, i) => (s.Script, Index: i)).Where(s => s.Script.Kind == kind).Select(s => new ScriptReference(s.Script, s.Index));
    }

    /// <summary>A script as Evolve sees it: its content says only which one it is.</summary>
    private sealed class ScriptReference(Script script, int index) : MigrationScript(
        script.Version?.Label,
        script.Name.Description,
        script.FileName,
        Reference + index.ToString(CultureInfo.InvariantCulture),
        script.Version is null ? MetadataType.RepeatableMigration : MetadataType.Migration)
    {
        public override bool IsTransactionEnabled => true;

        public override bool MustRepeatAlways => true;

        public override string CalculateChecksum() => script.Checksum;
    }

    /// <summary>Evolve's side of the connection.</summary>
    private sealed class Conversation(
        ApplyContext context,
        TransactionalScript? transaction,
        IReadOnlyList<PreparedScript> scripts,
        Action<PreparedScript>? starting,
        Func<AppliedScript, Task>? applied,
        CancellationToken cancellation) : IConversation
    {
        private readonly bool _historyExists = context.History.Exists;
        private PreparedScript? _running;
        private string? _historyRow;

        /// <summary>The first thing that went wrong.</summary>
        public Exception? Failure { get; private set; }

        // A script, its history row and the COMMIT go out together, when Evolve asks for the last of them.
        public void Begin()
        {
        }

        public void Commit()
        {
            long start = Stopwatch.GetTimestamp();
            IReadOnlyList<ObservedLock> observed = Guard(() => transaction!.RunAsync(_running!, [_historyRow!, context.AuditStatement(_running!.Script)], cancellation));
            var done = new AppliedScript(_running!.Script, Stopwatch.GetElapsedTime(start)) { Observed = observed };
            Guard(() => applied!(done));
            (_running, _historyRow) = (null, null);
        }

        public void Rollback() => transaction!.RollbackAsync().GetAwaiter().GetResult();

        public int Execute(string sql)
        {
            if (sql.StartsWith(Reference, StringComparison.Ordinal))
            {
                _running = scripts[int.Parse(sql.AsSpan(Reference.Length), CultureInfo.InvariantCulture)];
                starting?.Invoke(_running);
            }
            else if (_running is null)
            {
                // The schema, the history table, its note that the schema was empty.
                Guard(() => context.Session.ExecuteAsync(sql, cancellation));
            }
            else if (Failure is null)
            {
                // Its history row for the script: goes out with the script and the COMMIT. After a failure it would write
                // a row that makes its own validation fail for ever.
                _historyRow = sql;
            }

            return 1;
        }

        public object? Scalar(string sql)
        {
            if (_running is not null || _historyExists)
            {
                // "Does the table exist?", "does the schema exist?", "is anything in it?", in their number or truth.
                return sql.StartsWith("SELECT EXISTS", StringComparison.Ordinal) ? true : 1L;
            }

            return Guard(() => context.Session.ScalarAsync<object>(sql, cancellation));
        }

        public DbDataReader Query(string sql) => new EmptyReader();

        private void Guard(Func<Task> work) => Guard(async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        });

        private T Guard<T>(Func<Task<T>> work)
        {
            try
            {
                return work().GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                Failure ??= e;
                throw;
            }
        }
    }
}
