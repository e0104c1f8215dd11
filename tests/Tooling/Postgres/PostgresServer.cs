using System.Security.Cryptography;
using Migrator.Tooling.Processes;
using Npgsql;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// A private PostgreSQL on a free port of 127.0.0.1 (no Unix socket, passwords by SCRAM). It and its data end with
/// <see cref="DisposeAsync"/>, and in any case with this process.
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

    /// <summary>The port, which stays the same over restarts.</summary>
    public int Port => _postmaster.Port;

    /// <summary>The name of the superuser.</summary>
    public string Superuser { get; } = SuperuserName;

    /// <summary>The superuser's password: random letters and digits.</summary>
    public string Password { get; }

    /// <summary>The major version.</summary>
    public int Major => _postmaster.Major;

    /// <summary>The process id of the postmaster.</summary>
    /// <exception cref="InvalidOperationException">The server is stopped.</exception>
    public int ProcessId => _postmaster.ProcessId;

    /// <summary>The private folder that holds the data and the log.</summary>
    public string Folder => _postmaster.Folder;

    /// <summary>All that the server has logged so far.</summary>
    public string Log => _postmaster.Log;

    /// <summary>Starts a server with fresh, empty data and returns when it accepts connections.</summary>
    /// <exception cref="ToolingException">
    /// PostgreSQL could not be fetched, or did not start; the message has its log.
    /// </exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresOptions();
        var binaries = await PostgresBinaries.GetAsync(options.Major, cancellationToken);
        var template = await PostgresTemplate.GetAsync(binaries, cancellationToken);
        var folder = RunFolder.NewFolder("server");
        PostgresUser.Own(folder);
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

    /// <summary>Npgsql's connection string for the superuser.</summary>
    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = Superuser,
        Password = Password,
        Database = database,
    }.ConnectionString;

    /// <summary>The <c>postgres://</c> address for the superuser.</summary>
    public string Url(string database = "postgres") =>
        $"postgres://{Superuser}:{Password}@{Host}:{Port}/{Uri.EscapeDataString(database)}";

    /// <summary>Makes an empty database and returns its name, which no other has.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await ExecuteAsync($"CREATE DATABASE {name}", "postgres", cancellationToken);
        return name;
    }

    /// <summary>Runs SQL as the superuser over a connection of its own, for preparing and breaking things.</summary>
    public async Task ExecuteAsync(
        string sql, string database = "postgres", CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stops the server, if it runs, and returns when it has ended; the data stays.</summary>
    /// <exception cref="TimeoutException">It took longer than 30 seconds.</exception>
    public Task StopAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default) =>
        _postmaster.StopAsync(mode, cancellationToken);

    /// <summary>Starts the stopped server on the same data and port.</summary>
    /// <exception cref="InvalidOperationException">The server is running.</exception>
    /// <exception cref="ToolingException">It did not start; the message has its log.</exception>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) =>
        _postmaster.StartAgainAsync(cancellationToken);

    /// <summary><see cref="StopAsync"/>, then <see cref="StartAgainAsync"/>.</summary>
    public async Task RestartAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(mode, cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    /// <summary>Stops the server at once and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await _postmaster.DisposeAsync();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
