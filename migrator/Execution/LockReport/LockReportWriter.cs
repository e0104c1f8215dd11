using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Adds what was observed of scripts to their rows of the audit table. A script's row is sent before anything is observed of the script, so this comes
/// after it: at once for a script that took long, for all the fast ones together at the end of the run.
/// </summary>
/// <param name="context">What the run works with.</param>
internal sealed class LockReportWriter(MigrationContext context)
{
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly List<(string Script, string Json)> _reports = [];

    /// <summary>Adds what was observed of a script that is applied.</summary>
    /// <param name="script">The script.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">What it did to tables that existed before; nothing is written for none.</param>
    public async Task AddAsync(Script script, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
    {
        if (observed.Count == 0)
        {
            return;
        }

        _reports.Add((script.FileName, ObservedJson.Of(observed)));
        if (elapsed >= s_slow)
        {
            await WriteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is not written yet. Best effort: the scripts are applied, whether this succeeds or not.</summary>
    public async Task WriteAsync()
    {
        if (_reports.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_limit, context.Time);
        try
        {
            await context.Session.ExecuteAsync(context.Audit.ObservedStatement(_reports), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // See above.
        }

        _reports.Clear();
    }
}
