using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// Brings what was seen of scripts into their rows of the audit table. A script's row is on its way before anything is seen of it, so this comes
/// behind: at once for a script that took its time, for all the quick ones together at the end of the run.
/// </summary>
internal sealed class ObservedNotes(ApplyContext context)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly List<(string Script, string Json)> _notes = [];

    /// <summary>Takes what was seen of a script that is applied.</summary>
    public async Task AddAsync(AppliedScript applied)
    {
        if (applied.Observed.Count == 0)
        {
            return;
        }

        _notes.Add((applied.Script.FileName, ObservedJson.Of(applied.Observed)));
        if (applied.Elapsed >= Slow)
        {
            await WriteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is not written yet. Best effort: the scripts are applied, whatever becomes of the notes.</summary>
    public async Task WriteAsync()
    {
        if (_notes.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await context.Session.ExecuteAsync(context.Audit.ObservedStatement(_notes), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // See above.
        }

        _notes.Clear();
    }
}
