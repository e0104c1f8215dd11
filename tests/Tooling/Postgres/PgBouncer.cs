using System.Globalization;
using System.Net.Sockets;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// PgBouncer (Debian's package) on a free port of 127.0.0.1, in front of one server. It ends with this process.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly GuardedProcess _process;

    private PgBouncer(string folder, GuardedProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    /// <summary>Whether PgBouncer is installed on this machine.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    // Debian installs it in /usr/sbin, which is only in root's PATH.
    private static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    /// <summary>Starts PgBouncer, and returns when it accepts connections.</summary>
    /// <param name="serverPort">The port of the server on 127.0.0.1.</param>
    /// <param name="user">The only user who can log in.</param>
    /// <param name="password">The user's password, in PgBouncer and on the server.</param>
    /// <param name="settings">Settings of the section <c>pgbouncer</c>, such as <c>pool_mode</c>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ToolingException">
    /// PgBouncer is not installed or does not start. The message contains its log.
    /// </exception>
    public static async Task<PgBouncer> StartAsync(
        int serverPort, string user, string password, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken = default)
    {
        var program = Program ?? throw new ToolingException("PgBouncer is not installed. Run: apt-get install pgbouncer");
        for (var tries = 1; ; tries++)
        {
            var port = FreePort.Next();
            var folder = RunFolder.NewFolder("pgbouncer");
            await WriteSettingsAsync(folder, port, serverPort, user, password, settings, cancellationToken);
            var (name, arguments) = PostgresUser.Wrap(program, [Path.Combine(folder, "pgbouncer.ini")]);
            var process = GuardedProcess.Start(name, arguments, Path.Combine(folder, "log"), folder);
            var bouncer = new PgBouncer(folder, process, port);
            try
            {
                if (await bouncer.ListensAsync(cancellationToken))
                {
                    return bouncer;
                }

                if (tries == 5)
                {
                    throw new ToolingException($"PgBouncer did not start:\n{await File.ReadAllTextAsync(Path.Combine(folder, "log"), cancellationToken)}");
                }
            }
            catch
            {
                await bouncer.DisposeAsync();
                throw;
            }

            await bouncer.DisposeAsync();
        }
    }

    /// <summary>Kills PgBouncer and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task WriteSettingsAsync(
        string folder, int port, int serverPort, string user, string password, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var own = new Dictionary<string, string>(settings)
        {
            ["listen_addr"] = Postmaster.Host,
            ["listen_port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_dir"] = "",
            ["auth_type"] = "scram-sha-256",
            ["auth_file"] = Path.Combine(folder, "users"),
        };
        string[] lines =
        [
            "[databases]", $"* = host={Postmaster.Host} port={serverPort}", "[pgbouncer]", .. own.Select(s => $"{s.Key} = {s.Value}"), "",
        ];
        await File.WriteAllLinesAsync(Path.Combine(folder, "pgbouncer.ini"), lines, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "users"), $"\"{Quoted(user)}\" \"{Quoted(password)}\"\n", cancellationToken);
        PostgresUser.MakeOwner(Path.Combine(folder, "pgbouncer.ini"));
        PostgresUser.MakeOwner(Path.Combine(folder, "users"));
        PostgresUser.MakeOwner(folder);
    }

    private static string Quoted(string text) => text.Replace("\"", "\"\"", StringComparison.Ordinal);

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_startTimeout);
        while (!_process.HasExited)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(Postmaster.Host, Port, timeout.Token);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(s_pause, timeout.Token);
            }
        }

        return false;
    }
}
