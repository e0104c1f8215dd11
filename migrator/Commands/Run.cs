using Migrator.Configuration;
using Migrator.Database;
using Migrator.Planning;
using Migrator.Reporting;

namespace Migrator.Commands;

/// <summary>A command at work: what it was told, and what it has found out so far (which a failure must not lose).</summary>
internal sealed class Run(string command, MigrateOptions options, RunIdentity identity, RunReport report, TimeProvider time)
{
    public MigrateOptions Options => options;

    public RunReport Report => report;

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

    /// <summary>Waits for the database and finds the tables in it.</summary>
    public async Task<RunSession> ConnectAsync(CancellationToken cancellation)
    {
        DatabaseSession session = await new DatabaseConnector(options, report, time).ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            History = await HistoryTable.LocateAsync(session, options, cancellation).ConfigureAwait(false);
            var sideTables = new SideTables(History);
            await sideTables.LookAsync(session, cancellation).ConfigureAwait(false);
            return new RunSession(this, session, History, sideTables, new AuditTable(sideTables, identity, command));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
