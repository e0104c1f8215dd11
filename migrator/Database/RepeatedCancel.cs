using System.Globalization;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Cancels the running statement of a session from another connection, again and again until the session has stopped. The single
/// cancel request of Npgsql is not enough if a batch contains more statements after a COMMIT. The server ignores a request that
/// arrives while it writes a COMMIT, and continues with the next statement.
/// </summary>
internal sealed class RepeatedCancel : IAsyncDisposable
{
    // Npgsql closes the connection 2 s after its own request.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly DatabaseSession _session;
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenRegistration _registration;
    private Task _requests = Task.CompletedTask;

    /// <summary>Prepares to cancel the statements of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellation">Starts the requests.</param>
    public RepeatedCancel(DatabaseSession session, CancellationToken cancellation)
    {
        _session = session;
        _registration = cancellation.Register(() => _requests = SendRequestsAsync());
    }

    /// <summary>Ends the requests, after the session has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _requests.ConfigureAwait(false);
        _stopped.Dispose();
    }

    private async Task SendRequestsAsync()
    {
        try
        {
            // Npgsql's own request is nearly always enough.
            await Task.Delay(Pause, _session.Time, _stopped.Token).ConfigureAwait(false);
            NpgsqlConnection connection = await _session.Source.OpenConnectionAsync(_stopped.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                while (true)
                {
                    await using var request = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_catalog.pg_cancel_backend({_session.ServerProcessId})"), connection);
                    await request.ExecuteNonQueryAsync(_stopped.Token).ConfigureAwait(false);
                    await Task.Delay(Pause, _session.Time, _stopped.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException or InvalidOperationException or IOException)
        {
            // The session has stopped. Or no other connection is available; then Npgsql closes this session's connection.
        }
    }
}
