using System.Security.Cryptography;
using Migrator.Tooling.Processes;
using Npgsql;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// A private PostgreSQL server on a free port of 127.0.0.1, without a Unix socket, with SCRAM passwords. The server
/// stops and its data is deleted by <see cref="DisposeAsync"/>, or at the latest when this process ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    internal const string SuperuserName = "postgres";

    private readonly Postmaster _postmaster;

    private PostgresServer(Postmaster postmaster, string password)
    {
        _postmaster = postmaster;
        Password = password;
    }

    /// <summary>Always 127.0.0.1.</summary>
    public string Host { get; } = Postmaster.Host;

    /// <summary>The port. A restart keeps it.</summary>
    public int Port => _postmaster.Port;

    /// <summary>The name of the superuser.</summary>
    public string Superuser { get; } = SuperuserName;

    /// <summary>The superuser's password: random letters and digits.</summary>
    public string Password { get; }

    /// <summary>The major version.</summary>
    public int Major => _postmaster.Major;

    /// <summary>The process ID of the postmaster.</summary>
    /// <exception cref="InvalidOperationException">The server is stopped.</exception>
    public int ProcessId => _postmaster.ProcessId;

    /// <summary>The private folder that contains the data and the log.</summary>
    public string Folder => _postmaster.Folder;

    /// <summary>The server's log so far.</summary>
    public string Log => _postmaster.Log;

    /// <summary>Starts a server with an empty data folder, and returns when it accepts connections.</summary>
    /// <exception cref="ToolingException">
    /// PostgreSQL could not be downloaded or did not start. The message contains the server's log.
    /// </exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresOptions();
        var binaries = await PostgresBinaries.GetAsync(options.Major, cancellationToken);
        var template = await PostgresTemplate.GetAsync(binaries, cancellationToken);
        var folder = RunFolder.NewFolder("server");
        PostgresUser.MakeOwner(folder);
        var server = new PostgresServer(new Postmaster(options, binaries, folder), template.Password);
        try
        {
            await template.CopyToAsync(server._postmaster.DataFolder, cancellationToken);
            await server._postmaster.StartOnFreePortAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns an Npgsql connection string for the superuser.</summary>
    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = Superuser,
        Password = Password,
        Database = database,
    }.ConnectionString;

    /// <summary>Returns a <c>postgres://</c> address for the superuser.</summary>
    public string Url(string database = "postgres") =>
        $"postgres://{Superuser}:{Password}@{Host}:{Port}/{Uri.EscapeDataString(database)}";

    /// <summary>Creates an empty database with a unique name, and returns the name.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await ExecuteAsync($"CREATE DATABASE {name}", "postgres", cancellationToken);
        return name;
    }

    /// <summary>Runs SQL as the superuser on a new connection.</summary>
    public async Task ExecuteAsync(
        string sql, string database = "postgres", CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stops the server if it is running, and returns when it has exited. The data is kept.</summary>
    /// <exception cref="TimeoutException">The server did not stop within 30 seconds.</exception>
    public Task StopAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default) =>
        _postmaster.StopAsync(mode, cancellationToken);

    /// <summary>Starts the stopped server with the same data and port.</summary>
    /// <exception cref="InvalidOperationException">The server is running.</exception>
    /// <exception cref="ToolingException">The server did not start. The message contains its log.</exception>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) =>
        _postmaster.StartAgainAsync(cancellationToken);

    /// <summary>Stops the server and starts it again.</summary>
    public async Task RestartAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(mode, cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    /// <summary>Stops the server immediately and deletes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await _postmaster.DisposeAsync();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
