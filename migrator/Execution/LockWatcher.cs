using System.Globalization;
using Migrator.Database;
using Migrator.Reporting;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Looks from a second connection who blocks the first one, so that a person reads a name while it waits and when it gives up.
/// The connection is opened only when a statement takes long.
/// </summary>
internal sealed class LockWatcher(DatabaseSession session, TimeSpan? lockTimeout, IRunReport report) : IAsyncDisposable
{
    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? _connection;
    private string? _blocker;

    // Within a short lock_timeout there is only one look.
    private TimeSpan Delay => lockTimeout is { } limit && limit / 2 < UsualDelay ? limit / 2 : UsualDelay;

    /// <summary>Who blocked last; null when nobody was seen.</summary>
    public string? Blocker => _blocker;

    /// <summary>Runs work and watches it.</summary>
    /// <param name="what">What waits, such as the script's name.</param>
    /// <param name="work">The work.</param>
    public async Task WatchAsync(string what, Func<Task> work)
    {
        _blocker = null;
        using var over = new CancellationTokenSource();
        Task watching = Task.Run(() => LookAsync(what, over.Token), CancellationToken.None);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task LookAsync(string what, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Delay, over).ConfigureAwait(false);
                string? seen = await BlockerAsync(over).ConfigureAwait(false);
                if (seen is not null && seen != _blocker)
                {
                    _blocker = seen;
                    report.Waiting($"{what} waits for a lock that is held by {seen}");
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException or IOException or InvalidOperationException)
        {
            // No connection left, no privilege, or the work is over: the work itself is not touched by it.
        }
    }

    private async Task<string?> BlockerAsync(CancellationToken over)
    {
        _connection ??= await session.Source.OpenConnectionAsync(over).ConfigureAwait(false);
        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT string_agg(format('pid %s (%s%s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'),
                                     coalesce(', ' || a.state || ' since ' || to_char(a.state_change, 'HH24:MI:SS'), '')), ', ' ORDER BY a.pid)
              FROM unnest(pg_blocking_pids({session.Connection.ProcessID})) AS b(pid) JOIN pg_stat_activity a ON a.pid = b.pid
            """);
        await using var query = new NpgsqlCommand(sql, _connection);
        return await query.ExecuteScalarAsync(over).ConfigureAwait(false) as string;
    }
}
