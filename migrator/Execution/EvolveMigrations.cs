using System.Data.Common;
using System.Globalization;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Metadata;
using EvolveDb.Migration;
using Migrator.Database;
using Migrator.Execution.AdoNet;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>
/// Evolve brings the transactional scripts to be applied, and creates its history table. It is used through two seams: a loader that holds
/// exactly the pending scripts, and a connection of ours. This is the only file that names it.
/// <para>
/// Evolve is shown an empty history, so that it neither plans nor validates: that is done by then, without its faults.
/// Its questions to the catalog are answered here; what it executes is either a script (whose content is only a reference,
/// so that the text that reaches the server is the one we split and checked) or the history row that belongs to it. Without scripts it only
/// creates its table, and needs no transaction of ours.
/// </para>
/// </summary>
internal sealed class EvolveMigrations(ApplyContext context, ScriptQueue? queue, CancellationToken cancellation)
{
    private const string Reference = "migrate script ";

    /// <summary>What Evolve does where its history table is not there yet: the schema, the table, its note that the schema was empty.</summary>
    public static async Task<IReadOnlyList<string>> CreationAsync(ApplyContext context, CancellationToken cancellation)
    {
        // Evolve asks for each by itself: killed in between, its note would be missing for ever. So they are gathered, and sent together.
        var statements = new List<string>();
        await Task.Run(() => new EvolveMigrations(context, null, cancellation).Migrate([], statements), CancellationToken.None).ConfigureAwait(false);
        return statements;
    }

    /// <summary>Applies scripts in order, each in its own transaction.</summary>
    /// <exception cref="StatementException">A script failed; those before it stay applied.</exception>
    public Task MigrateAsync(IReadOnlyList<CheckedScript> scripts)
        // Evolve is synchronous; on a thread of its own it blocks nobody.
        => Task.Run(() => Migrate(scripts, []), CancellationToken.None);

    private void Migrate(IReadOnlyList<CheckedScript> scripts, List<string> creation)
    {
        var conversation = new Conversation(context, queue, scripts, creation, cancellation);
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
            conversation.End();
        }
        catch (Exception)
        {
            conversation.Abandon();
            if (conversation.Failure is { } cause)
            {
                // Evolve wraps it, and sometimes hides it behind what fails next.
                throw Failure(cause, context.History);
            }

            throw;
        }
    }

    private static Exception Failure(Exception cause, HistoryTable history) => cause switch
    {
        _ when SqlStates.IsConnectionLoss(cause) => DatabaseProblems.Lost(cause),
        Npgsql.PostgresException => HistoryProblems.Failed("preparing the history table", cause, history),
        _ => cause,
    };

    /// <summary>The loader: what is pending, and nothing else.</summary>
    private sealed class PendingScripts(IReadOnlyList<CheckedScript> scripts) : IMigrationLoader
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
        ApplyContext context, ScriptQueue? queue, IReadOnlyList<CheckedScript> scripts, List<string> creation, CancellationToken cancellation) : IConversation
    {
        // Scripts are run only where it exists, if only by then.
        private bool _historyExists = queue is not null;
        private CheckedScript? _running;

        /// <summary>The first thing that went wrong.</summary>
        public Exception? Failure { get; private set; }

        // A script, its history row and the COMMIT go out together, when Evolve asks for the last of them or later. Whoever takes a failure rolls back.
        public void Commit()
        {
            Guard(() => queue!.AddAsync(_running!, cancellation));
            _running = null;
        }

        /// <summary>Evolve has asked for everything: what still waits is run.</summary>
        public void End() => Guard(() => queue?.EndAsync(cancellation) ?? Task.CompletedTask);

        /// <summary>Something failed: nothing more is run, and when this returns nothing runs.</summary>
        public void Abandon()
        {
            Exception? other = queue?.AbandonAsync().GetAwaiter().GetResult();
            Failure ??= other;
        }

        public int Execute(string sql)
        {
            if (sql.StartsWith(Reference, StringComparison.Ordinal))
            {
                _running = scripts[int.Parse(sql.AsSpan(Reference.Length), CultureInfo.InvariantCulture)];
            }
            else if (_running is null)
            {
                // The schema, the history table, its note that the schema was empty.
                creation.Add(sql);
                _historyExists |= sql.StartsWith("CREATE TABLE", StringComparison.Ordinal);
            }

            // Else its row for the script, always with 0 ms, for it has not run yet: AppliedRow writes it with the time that it took. After a failure
            // Evolve's would be one that makes its own validation fail for ever.
            return 1;
        }

        public object? Scalar(string sql)
        {
            if (sql.StartsWith("SHOW server_version_num", StringComparison.Ordinal))
            {
                Version server = context.Session.Connection.PostgreSqlVersion;
                return string.Create(CultureInfo.InvariantCulture, $"{server.Major}{server.Minor:0000}");
            }

            if (_historyExists)
            {
                // "Does the table exist?", "does the schema exist?", "is anything in it?", in their number or truth.
                return sql.StartsWith("SELECT EXISTS", StringComparison.Ordinal) ? true : 1L;
            }

            if (sql.Contains("information_schema.tables", StringComparison.Ordinal))
            {
                return 0L;
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
