using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Statements of <c>migrate</c> itself, sent in one round trip, with <c>search_path = pg_catalog, pg_temp</c>. PostgreSQL looks up
/// operators and functions in the whole search path and prefers the one with the exact argument types. With the scripts' search
/// path, a role that may create objects in one of its schemas could therefore run its code with the privileges of the migration
/// role (https://www.postgresql.org/docs/current/typeconv-oper.html). The settings end with the transaction, so they also work
/// through a pooler. Outside a transaction, the whole batch is one transaction.
/// </summary>
internal sealed class TrustedBatch : IAsyncDisposable
{
    /// <summary>
    /// The columns of a SELECT that set the search path for the rest of the transaction. They call only functions with a schema and
    /// with the exact types, so they can be sent with any search path. If row-level security would
    /// filter the rows of a table, reading it becomes an error: policies of another role could hide rows, and would run with the
    /// privileges of the migration role. The other two settings decide how the server reads and prints SQL.
    /// </summary>
    public const string SetPathColumns = """
        pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('row_security', 'off', true),
        pg_catalog.set_config('standard_conforming_strings', 'on', true), pg_catalog.set_config('quote_all_identifiers', 'off', true)
        """;

    /// <summary>The statement that sets the search path for the rest of the transaction.</summary>
    public const string SetPath = "SELECT " + SetPathColumns;

    private readonly NpgsqlBatch _batch;

    /// <summary>Creates a batch.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="statements">The statements. They must name every table with its schema.</param>
    public TrustedBatch(NpgsqlConnection connection, IEnumerable<string> statements)
    {
        _batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (string statement in statements.Prepend(SetPath))
        {
            _batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }
    }

    /// <summary>Executes the statements and ignores their results.</summary>
    public Task ExecuteAsync(CancellationToken cancellation) => _batch.ExecuteNonQueryAsync(cancellation);

    /// <summary>Executes the statements.</summary>
    /// <returns>The reader, at the result of the first statement.</returns>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellation)
    {
        NpgsqlDataReader reader = await _batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        try
        {
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
