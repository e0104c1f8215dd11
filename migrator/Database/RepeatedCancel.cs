using System.Globalization;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Asks the server, from another connection, to cancel what a session runs, until it has stopped. The one request that Npgsql sends is not enough where
/// more is on its way behind a COMMIT: the server forgets a request that arrives while it writes one, and goes on with what follows.
/// </summary>
internal sealed class RepeatedCancel : IAsyncDisposable
{
    // Npgsql gives the connection up 2 s after its request.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly DatabaseSession _session;
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _registration;
    private Task _asking = Task.CompletedTask;

    /// <param name="session">The session.</param>
    /// <param name="cancellation">Asks from then on.</param>
    public RepeatedCancel(DatabaseSession session, CancellationToken cancellation)
    {
        _session = session;
        _registration = cancellation.Register(() => _asking = AskAsync());
    }

    /// <summary>It has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _over.CancelAsync().ConfigureAwait(false);
        await _asking.ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task AskAsync()
    {
        try
        {
            // Nearly always the one request does.
            await Task.Delay(Pause, _session.Time, _over.Token).ConfigureAwait(false);
            NpgsqlConnection connection = await _session.Source.OpenConnectionAsync(_over.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                while (true)
                {
                    await using var request = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_cancel_backend({_session.ServerProcessId})"), connection);
                    await request.ExecuteNonQueryAsync(_over.Token).ConfigureAwait(false);
                    await Task.Delay(Pause, _session.Time, _over.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException or InvalidOperationException or IOException)
        {
            // It is over; or there is no other connection to be had, and Npgsql gives this one up.
        }
    }
}
