using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>What a run asks first, in one round trip: what the server is, and which tables of ours it has.</summary>
/// <param name="Server">The server and its session.</param>
/// <param name="Tables">The history table and the tables beside it, in every schema: schema and name.</param>
internal sealed record HistoryLookup(ServerFacts Server, IReadOnlySet<(string Schema, string Name)> Tables)
{
    /// <summary>Asks the server.</summary>
    /// <param name="session">The session.</param>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<HistoryLookup> ReadAsync(DatabaseSession session, string historyTable, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ServerFacts.Query));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.LookStatement(historyTable)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        ServerFacts server = await ServerFacts.ReadAsync(reader, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        return new HistoryLookup(server, await SideTables.ReadLookAsync(reader, cancellation).ConfigureAwait(false));
    }
}
