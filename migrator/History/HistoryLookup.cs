using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>The result of a run's first queries, sent in one round trip: facts about the server, and which of migrate's tables exist.</summary>
/// <param name="Server">Facts about the server and the session.</param>
/// <param name="Tables">The schemas and names of the history, audit, progress and undo tables, in every schema.</param>
internal sealed record HistoryLookup(ServerFacts Server, IReadOnlySet<(string Schema, string Name)> Tables)
{
    /// <summary>Sends the queries.</summary>
    /// <param name="session">The session.</param>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<HistoryLookup> ReadAsync(DatabaseSession session, string historyTable, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ServerFacts.Query));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TrustedBatch.SetPath));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.SelectTablesStatement(historyTable)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        ServerFacts server = await ServerFacts.ReadAsync(reader, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        return new HistoryLookup(server, await SideTables.ReadTablesAsync(reader, cancellation).ConfigureAwait(false));
    }
}
