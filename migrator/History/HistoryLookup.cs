using Migrator.Configuration;
using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>The result of a run's first queries, sent in one round trip: facts about the server, and which of migrate's tables exist.</summary>
/// <param name="Server">Facts about the server and the session.</param>
/// <param name="Tables">The schemas and names of the history, audit, progress and undo tables, in every schema.</param>
/// <param name="UntrustedSchemas">The schemas with a table that may not be trusted.</param>
internal sealed record HistoryLookup(ServerFacts Server, IReadOnlySet<(string Schema, string Name)> Tables, IReadOnlySet<string> UntrustedSchemas)
{
    /// <summary>Sends the queries.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">The options.</param>
    /// <param name="trust">Checks the tables, before one of them is read.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<HistoryLookup> ReadAsync(DatabaseSession session, MigrateOptions options, TableTrust trust, CancellationToken cancellation)
    {
        string schemas = options.Schema is { } schema ? $"ARRAY[{Quote.Literal(schema)}]" : ServerFacts.SchemasExpression;

        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ServerFacts.Query));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TrustedBatch.SetPath));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.SelectTablesStatement(options.HistoryTable, schemas, trust)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        ServerFacts server = await ServerFacts.ReadAsync(reader, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        FoundTables found = await SideTables.ReadTablesAsync(reader, cancellation).ConfigureAwait(false);
        return new HistoryLookup(server, found.Tables, found.UntrustedSchemas);
    }
}
