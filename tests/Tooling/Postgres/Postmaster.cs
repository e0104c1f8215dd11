using System.Globalization;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>The server process of a data folder. It can be stopped and started again on the same port.</summary>
internal sealed class Postmaster(PostgresOptions options, PostgresBinaries binaries, string folder) : IAsyncDisposable
{
    public const string Host = "127.0.0.1";

    private const string CertificateFile = "test-server.crt";
    private const string KeyFile = "test-server.key";
    private const string ClientRootFile = "test-clients.crt";
    private const string HostBasedFile = "pg_hba.conf";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(30);

    private GuardedProcess? _process;

    public int Port { get; private set; }

    public int Major => options.Major;

    public int ProcessId => Running.Id;

    public string Folder => folder;

    public string DataFolder => Path.Combine(folder, "data");

    public string Log => File.Exists(LogFile) ? ReadShared(LogFile) : "";

    private string LogFile => Path.Combine(folder, "server.log");

    private GuardedProcess Running => _process ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>Starts the server on a free port, and returns when it accepts connections.</summary>
    public async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        await WriteFilesAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            Port = FreePort.Next();
            if (await TryStartAsync(cancellationToken))
            {
                return;
            }

            if (tries == 5)
            {
                throw new ToolingException($"PostgreSQL could not bind any of five ports that had been free before:\n{Log}");
            }
        }
    }

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The server is running.");
        }

        if (!await TryStartAsync(cancellationToken))
        {
            throw new ToolingException($"Cannot start the server again: another process uses port {Port} now.");
        }
    }

    public async Task StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            process.Send((Signal)mode);
            await process.WaitAsync(cancellationToken).WaitAsync(s_stopTimeout, cancellationToken);
            await EndAsync(process);
        }
    }

    /// <summary>Stops the server immediately.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(StopMode.Immediate, CancellationToken.None);
        }
        finally
        {
            if (_process is { } stuck)
            {
                await EndAsync(stuck);
            }
        }
    }

    private async Task EndAsync(GuardedProcess process)
    {
        await process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts the server. Returns false if the port is in use.</summary>
    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        var logged = Log.Length;
        var (program, arguments) = PostgresUser.Wrap(binaries.Program("postgres"), Arguments());
        _process = GuardedProcess.Start(program, arguments, LogFile, DataFolder, CleanEnvironment());
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.StartTimeout);
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
                $"PostgreSQL {Major} did not accept connections within {options.StartTimeout.TotalSeconds} s:\n"
                + Log[logged..]);
        }

        await EndAsync(_process);
        var log = Log[logged..];
        return !log.Contains("could not bind", StringComparison.Ordinal)
            ? throw new ToolingException($"PostgreSQL {Major} did not start:\n{log}")
            : false;
    }

    private IEnumerable<string> Arguments()
    {
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            // With mmap, the files are in the data folder instead of /dev/shm, so they are deleted with it even after a
            // crash.
            ["dynamic_shared_memory_type"] = "mmap",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        if (options.Tls is { } tls)
        {
            settings["ssl"] = "on";
            settings["ssl_cert_file"] = CertificateFile;
            settings["ssl_key_file"] = KeyFile;
            settings["ssl_ca_file"] = tls.ClientRoot is null ? "" : ClientRootFile;
        }

        settings["listen_addresses"] = Host;
        settings["port"] = Port.ToString(CultureInfo.InvariantCulture);
        settings["unix_socket_directories"] = "";
        return settings.Aggregate(
            (IEnumerable<string>)["-D", DataFolder], (arguments, s) => [.. arguments, "-c", $"{s.Key}={s.Value}"]);
    }

    /// <summary>Writes the files for the options, in addition to the files of initdb.</summary>
    private async Task WriteFilesAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string?>
        {
            [CertificateFile] = options.Tls?.Certificate,
            [KeyFile] = options.Tls?.Key,
            [ClientRootFile] = options.Tls?.ClientRoot,
        };
        if (options.HostBasedAuthentication.Count > 0)
        {
            var usual = await File.ReadAllLinesAsync(Path.Combine(DataFolder, HostBasedFile), cancellationToken);
            files[HostBasedFile] = string.Join('\n', [.. options.HostBasedAuthentication, .. usual, ""]);
        }

        foreach (var (name, content) in files.Where(f => f.Value is not null))
        {
            var path = Path.Combine(DataFolder, name);
            await File.WriteAllTextAsync(path, content, cancellationToken);
            PostgresUser.MakeOwner(path);
        }
    }

    /// <summary>
    /// Removes the PG* variables, because a test's server must not read PGDATA, PGPORT and similar variables.
    /// </summary>
    private static Dictionary<string, string?> CleanEnvironment() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("PG", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);

    /// <summary>
    /// Returns whether postmaster.pid belongs to this server (line 1) and its status (line 8) is "ready", or "standby"
    /// for a standby that accepts queries. <c>pg_ctl --wait</c> does the same (src/include/utils/pidfile.h). A test
    /// connection would add lines to the log, which tests check.
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
            && lines[7].Trim() is "ready" or "standby";
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
