using System.Diagnostics;
using System.Globalization;
using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A database for one test, accessed as the migration role.</summary>
public sealed class TestDatabase(PostgresServer server, string name)
{
    public string Name => name;

    public string Host => server.Host;

    public int Port => server.Port;

    /// <summary>The connection as a URL, for DATABASE_URL.</summary>
    public string Url => UrlOf(SharedServer.Role, SharedServer.Password);

    /// <summary>The connection as Npgsql keywords.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = server.Host,
        Port = server.Port,
        Username = SharedServer.Role,
        Password = SharedServer.Password,
        Database = name,
        Pooling = false,
    }.ConnectionString;

    /// <summary>The URL for the superuser, for migrations that need one.</summary>
    public string SuperuserUrl => server.Url(name);

    public string UrlOf(string user, string password)
        => $"postgres://{user}:{Uri.EscapeDataString(password)}@{server.Host}:{server.Port}/{name}";

    /// <summary>Opens a connection as the migration role.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Opens a connection as the superuser, for settings that need one.</summary>
    public async Task<NpgsqlConnection> ConnectAsSuperuserAsync()
    {
        var connection = new NpgsqlConnection(server.ConnectionString(name) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Runs SQL as the migration role.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public Task ExecuteAsSuperuserAsync(string sql)
        => server.ExecuteAsync(sql, name, TestContext.Current.CancellationToken);

    /// <summary>Runs a query and returns every row as text, with columns separated by <c>|</c>.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>Runs a query and returns the first row as text.</summary>
    public async Task<string> ScalarAsync(string sql) => (await RowsAsync(sql))[0];

    /// <summary>Returns the tables of the public schema without the history and its side tables.</summary>
    public async Task<string> TablesAsync() => string.Join(',', await RowsAsync(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'changelog%' ORDER BY 1"));

    /// <summary>Returns the script names in the history, in the order of the rows. A failed script has the suffix <c>!</c>.</summary>
    public async Task<string> HistoryAsync() => string.Join(',', await RowsAsync(
        "SELECT name || CASE WHEN success THEN '' ELSE '!' END FROM changelog WHERE type IN (0, 4) ORDER BY id"));

    /// <summary>Waits until a query returns <c>True</c>.</summary>
    /// <exception cref="TimeoutException">The query does not return <c>True</c> within 20 seconds.</exception>
    public async Task WaitUntilAsync(string sql)
    {
        var start = Stopwatch.GetTimestamp();
        while (await ScalarAsync(sql) != "True")
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"never became true: {sql}");
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until every session of a run has ended and the run lock is free.</summary>
    public Task WaitUntilRunsAreGoneAsync() => WaitUntilAsync("""
        SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrate (%')
           AND NOT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                            WHERE locktype = 'advisory' AND datname = current_database())
        """);

    /// <summary>Returns a query: whether another session runs a statement that contains a text.</summary>
    public static string IsRunning(string text) => $"""
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND state = 'active' AND query LIKE '%{text}%')
        """;
}
