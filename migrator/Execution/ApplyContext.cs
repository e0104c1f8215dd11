using Migrator.Configuration;
using Migrator.Database;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>What everything that applies scripts works with.</summary>
internal sealed record ApplyContext(
    DatabaseSession Session,
    SessionSettings Settings,
    HistoryTable History,
    SideTables SideTables,
    AuditTable Audit,
    LockBudget Budget,
    MigrateOptions Options,
    IRunReport Report)
{
    /// <summary>Creates the history table as Evolve does, and ours beside it, where they are missing.</summary>
    public async Task CreateTablesAsync(CancellationToken cancellation)
    {
        if (!History.Exists)
        {
            await EvolveMigrations.CreateHistoryAsync(this, cancellation).ConfigureAwait(false);
            History.Created();
        }

        await SideTables.EnsureAsync(Session, cancellation).ConfigureAwait(false);
    }

    /// <summary>The rows that say that a script was applied.</summary>
    public string AuditStatement(Script script, TimeSpan elapsed) => Audit.InsertStatement(script, AuditOutcome.Applied, elapsed);
}
