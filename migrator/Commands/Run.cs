using Migrator.Configuration;
using Migrator.Database;
using Migrator.History;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>A command at work: what it was told, and what it has found out so far (which a failure must not lose).</summary>
internal sealed class Run(string command, MigrateOptions options, RunIdentity identity, RunProgress report, TimeProvider time)
{
    public MigrateOptions Options => options;

    public RunProgress Report => report;

    public TimeProvider Time => time;

    public HistoryTable? History { get; private set; }

    public Plan? Plan { get; set; }

    /// <summary>What <c>down</c> does, or would do.</summary>
    public UndoPlan? UndoPlan { get; set; }

    /// <summary>The answer of a command that has little to say.</summary>
    public IReadOnlyList<string> Lines { get; set; } = [];

    /// <summary>What <c>repair</c> did.</summary>
    public IReadOnlyList<string> Repaired { get; set; } = [];

    /// <summary>What <c>status --history</c> shows.</summary>
    public IReadOnlyList<AuditEntry> Audit { get; set; } = [];

    /// <summary>What <c>plan --sql</c> shows.</summary>
    public IReadOnlyList<PlannedSql> Sql { get; set; } = [];

    /// <summary>What <c>lint</c> and <c>plan</c> found in scripts.</summary>
    public IReadOnlyList<Finding> Findings { get; set; } = [];

    /// <summary>How many scripts <c>lint</c> looked at.</summary>
    public int Looked { get; set; }

    /// <summary>Reads the scripts while it waits for the database; scripts that are wrong end it at once.</summary>
    /// <exception cref="MigrateException">The scripts are wrong (2), or the database does not answer (3) or refuses (2).</exception>
    public async Task<(ScriptSet Scripts, RunSession Session)> OpenAsync(CancellationToken cancellation)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = new TaskCompletionSource();
        Task<RunSession> connecting = ConnectAsync(read.Task, abandon.Token);
        try
        {
            ScriptSet scripts = ScriptFolders.Read(options.Directories);
            read.SetResult();
            return (scripts, await connecting.ConfigureAwait(false));
        }
        catch (MigrateException)
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await CloseAsync(connecting).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the database and finds the tables in it.</summary>
    private async Task<RunSession> ConnectAsync(Task before, CancellationToken cancellation)
    {
        DatabaseSession session = await new DatabaseConnector(options, report, time) { Before = before }.ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            HistoryLookup found = await HistoryLookup.ReadAsync(session, options.HistoryTable, cancellation).ConfigureAwait(false);
            session.ServerProcessId = found.Server.BackendPid;
            History = HistoryTable.Locate(found, options);
            var sideTables = new SideTables(History);
            sideTables.Note(found.Tables);
            return new RunSession(this, session, found.Server, History, sideTables, new AuditTable(sideTables, identity, command));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CloseAsync(Task<RunSession> connecting)
    {
        try
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or MigrateException or NpgsqlException)
        {
            // There is nothing to close.
        }
    }
}
