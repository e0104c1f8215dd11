using System.Globalization;
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

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(30);

    private readonly PostgresOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly string _folder;
    private GuardedProcess? _process;

    private PostgresServer(PostgresOptions options, PostgresBinaries binaries, string folder, string password)
    {
        _options = options;
        _binaries = binaries;
        _folder = folder;
        Password = password;
    }

    /// <summary>Always 127.0.0.1.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>The port, which stays the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>The name of the superuser.</summary>
    public string Superuser { get; } = SuperuserName;

    /// <summary>The superuser's password: random letters and digits.</summary>
    public string Password { get; }

    /// <summary>The major version.</summary>
    public int Major => _options.Major;

    /// <summary>The process id of the postmaster.</summary>
    /// <exception cref="InvalidOperationException">The server is stopped.</exception>
    public int ProcessId => Running.Id;

    /// <summary>The private folder that holds the data and the log.</summary>
    public string Folder => _folder;

    /// <summary>All that the server has logged so far.</summary>
    public string Log => File.Exists(LogFile) ? ReadShared(LogFile) : "";

    private string LogFile => Path.Combine(_folder, "server.log");

    private string DataFolder => Path.Combine(_folder, "data");

    private GuardedProcess Running => _process ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>Starts a server with fresh, empty data and returns when it accepts connections.</summary>
    /// <exception cref="ToolingException">PostgreSQL could not be fetched, or did not start; the message has its log.</exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresOptions();
        var binaries = await PostgresBinaries.GetAsync(options.Major, cancellationToken);
        var template = await PostgresTemplate.GetAsync(binaries, cancellationToken);
        var folder = RunFolder.NewFolder("server");
        PostgresUser.Own(folder);
        var server = new PostgresServer(options, binaries, folder, template.Password);
        try
        {
            await template.CopyToAsync(server.DataFolder, cancellationToken);
            await server.StartOnFreePortAsync(cancellationToken);
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
    public async Task ExecuteAsync(string sql, string database = "postgres", CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stops the server, if it runs, and returns when it has ended; the data stays.</summary>
    /// <exception cref="TimeoutException">It took longer than 30 seconds.</exception>
    public async Task StopAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        if (_process is { } process)
        {
            process.Send((Signal)mode);
            await process.WaitAsync(cancellationToken).WaitAsync(s_stopTimeout, cancellationToken);
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Starts the stopped server on the same data and port.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The server is running.");
        }

        if (!await TryStartAsync(cancellationToken))
        {
            throw new ToolingException($"Port {Port} was taken by another process while the server was stopped.");
        }
    }

    /// <summary><see cref="StopAsync"/>, then <see cref="StartAgainAsync"/>.</summary>
    public async Task RestartAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(mode, cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    /// <summary>Stops the server at once and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(StopMode.Immediate);
        }
        finally
        {
            if (_process is { } stuck)
            {
                await stuck.DisposeAsync();
                _process = null;
            }

            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
    }

    private async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            Port = FreePort.Next();
            if (await TryStartAsync(cancellationToken))
            {
                return;
            }

            if (tries == 5)
            {
                throw new ToolingException($"PostgreSQL found five ports taken one after the other:\n{Log}");
            }
        }
    }

    /// <summary>Starts the server; false when the port is taken.</summary>
    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        var logged = Log.Length;
        var (program, arguments) = PostgresUser.Wrap(_binaries.Program("postgres"), Arguments());
        _process = GuardedProcess.Start(program, arguments, LogFile, DataFolder, CleanEnvironment());
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.StartTimeout);
        try
        {
            while (!_process.HasExited)
            {
                if (IsReady())
                {
                    return true;
                }

                await Task.Delay(s_pause, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolingException(
                $"PostgreSQL {Major} did not accept connections within {_options.StartTimeout.TotalSeconds} s:\n{Log[logged..]}");
        }

        await _process.DisposeAsync();
        _process = null;
        var log = Log[logged..];
        return log.Contains("could not bind", StringComparison.Ordinal)
            ? false
            : throw new ToolingException($"PostgreSQL {Major} did not start:\n{log}");
    }

    private IEnumerable<string> Arguments()
    {
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            // Files in the data folder instead of /dev/shm: they go with the folder after a crash, too.
            ["dynamic_shared_memory_type"] = "mmap",
        };
        foreach (var (name, value) in _options.Settings)
        {
            settings[name] = value;
        }

        settings["listen_addresses"] = Host;
        settings["port"] = Port.ToString(CultureInfo.InvariantCulture);
        settings["unix_socket_directories"] = "";
        return settings.Aggregate(
            (IEnumerable<string>)["-D", DataFolder], (arguments, s) => [.. arguments, "-c", $"{s.Key}={s.Value}"]);
    }

    /// <summary>PostgreSQL reads PGDATA, PGPORT and others; the server of a test must not.</summary>
    private static Dictionary<string, string?> CleanEnvironment() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("PG", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);

    /// <summary>
    /// Whether the lock file is this server's and says "ready" (its first and eighth line, what pg_ctl --wait looks at;
    /// src/include/utils/pidfile.h). Asking by connecting would fill the log that tests look at.
    /// </summary>
    private bool IsReady()
    {
        var pidFile = Path.Combine(DataFolder, "postmaster.pid");
        if (!File.Exists(pidFile))
        {
            return false;
        }

        var lines = ReadShared(pidFile).Split('\n');
        return lines.Length >= 8
            && lines[0] == Running.Id.ToString(CultureInfo.InvariantCulture)
            && lines[7].Trim() == "ready";
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
