using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Adds the observed locks of scripts to their rows in the audit table. A script's row is sent in the script's own transaction,
/// before its locks are known. So the locks are added later: immediately for a slow script, and at the end of the run for all
/// fast scripts together.
/// </summary>
/// <param name="context">The run's context.</param>
internal sealed class LockReportWriter(MigrationContext context)
{
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly List<(string Script, string Json)> _reports = [];

    /// <summary>Adds the observed locks of an applied script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">The locks on tables that existed before the run. If it is empty, nothing is written.</param>
    public async Task AddAsync(Script script, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
    {
        if (observed.Count == 0)
        {
            return;
        }

        _reports.Add((script.FileName, ObservedJson.Of(observed, context.Audit)));
        if (elapsed >= s_slow)
        {
            await WriteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Writes the locks that are not written yet. Does not throw if the server refuses it: the scripts are applied already.
    /// </summary>
    public async Task WriteAsync()
    {
        if (_reports.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_limit, context.Time);
        try
        {
            await context.Session.ExecuteAllAsync([context.Audit.ObservedStatement(_reports)], limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The lock report is best effort.
        }

        _reports.Clear();
    }
}
