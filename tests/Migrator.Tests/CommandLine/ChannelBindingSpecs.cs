using System.Text;
using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>With channel_binding=require, migrate logs in with SCRAM-SHA-256-PLUS or not at all.</summary>
public sealed class ChannelBindingSpecs(ChannelBindingServer server) : IClassFixture<Prepared>, IClassFixture<ChannelBindingServer>
{
    private const int Timeout = 60_000;
    private const string SeparateHistory = "--history-table=separate_history";
    private const string Refused = "failed because of channel_binding=require: ";

    // AuthenticationCleartextPassword, AuthenticationMD5Password and AuthenticationSASL
    // (https://www.postgresql.org/docs/current/protocol-message-formats.html).
    private static readonly Dictionary<string, byte[]> Requests = new()
    {
        ["password"] = [0, 0, 0, 3],
        ["md5"] = [0, 0, 0, 5, 1, 2, 3, 4],
        ["scram-sha-256"] = [0, 0, 0, 10, .. Encoding.ASCII.GetBytes("SCRAM-SHA-256\0\0")],
    };

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("&sslmode=allow")]
    [InlineData("&sslmode=prefer")]
    [InlineData("&sslmode=require")]
    [InlineData("&sslmode=verify-full&sslrootcert={ca}")]
    [InlineData("&require_auth=scram-sha-256")]
    [InlineData("&require_auth=!password,!md5")]
    public async Task A_server_with_SCRAM_and_TLS_is_accepted(string parameters)
        => await Migrate(server.Database.Port, SharedServer.Role, "channel_binding=require" + parameters.Replace("{ca}", server.Root, StringComparison.Ordinal))
            .SucceedAsync("status", SeparateHistory);

    [Theory(Timeout = Timeout)]
    [InlineData("by_password")]
    [InlineData("by_md5")]
    [InlineData("by_trust")]
    public async Task A_server_that_uses_another_method_is_refused(string role)
    {
        var refused = await Migrate(server.Database.Port, role, "channel_binding=require").FailAsync(2, "status");

        Assert.Contains(Refused, refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("authentication method is not allowed", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("next: channel_binding=require needs TLS from migrate to PostgreSQL itself", refused.Stderr, StringComparison.Ordinal);

        // The server accepts the role without channel binding.
        await Migrate(server.Database.Port, role, "channel_binding=prefer").SucceedAsync("status", SeparateHistory);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("password", true)]
    [InlineData("md5", true)]
    [InlineData("scram-sha-256", true)]
    [InlineData("password", false)]
    [InlineData("md5", false)]
    [InlineData("scram-sha-256", false)]
    public async Task A_server_that_asks_for_another_method_receives_nothing(string method, bool hasTls)
    {
        await using var attacker = new AskingServer(Requests[method], hasTls ? server.Certificate : null);

        foreach (var source in new[] { "", "PGCHANNELBINDING", "MIGRATE_CONNECTION" })
        {
            var migrate = Migrate(attacker.Port, SharedServer.Role, source.Length == 0 ? "channel_binding=require" : "");
            migrate["PGCHANNELBINDING"] = source == "PGCHANNELBINDING" ? "require" : null;
            migrate["MIGRATE_CONNECTION"] = source == "MIGRATE_CONNECTION" ? "Channel Binding=Require" : null;
            var refused = await migrate.FailAsync(2, "status", "--connect-wait=5s");
            Assert.Contains(Refused, refused.FirstError, StringComparison.Ordinal);
        }

        Assert.Equal(hasTls ? 3 : 0, attacker.Requests);
        Assert.Empty(attacker.Received);
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_channel_binding_a_server_that_asks_for_the_password_receives_it()
    {
        await using var attacker = new AskingServer(Requests["password"], server.Certificate);

        await using var running = await Migrate(attacker.Port, SharedServer.Role, "").StartAsync("status", "--connect-wait=0s");

        while (attacker.Received.Length < SharedServer.Password.Length)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Contains(SharedServer.Password, Encoding.UTF8.GetString(attacker.Received), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_proxy_that_decrypts_TLS_is_detected()
    {
        await using var proxy = new TlsInterceptor(server.Database, server.OtherCertificate);

        await Migrate(proxy.Port, SharedServer.Role, "sslmode=require&channel_binding=disable").SucceedAsync("status", SeparateHistory);
        var refused = await Migrate(proxy.Port, SharedServer.Role, "channel_binding=require").FailAsync(2, "status");

        Assert.Contains("channel binding", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("(SQLSTATE 28000)", refused.FirstError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("sslmode=disable", "TLS, but sslmode is disable")]
    [InlineData("host=/var/run/postgresql", "TLS, but the host /var/run/postgresql is a Unix socket")]
    [InlineData("require_auth=md5,password", "scram-sha-256, but require_auth (PGREQUIREAUTH) does not allow that method")]
    [InlineData("require_auth=!scram-sha-256", "scram-sha-256, but require_auth (PGREQUIREAUTH) does not allow that method")]
    public async Task A_contradiction_is_refused_before_the_connection_is_opened(string parameters, string message)
    {
        var refused = await Migrate(server.Database.Port, SharedServer.Role, "channel_binding=require&" + parameters).FailAsync(2, "status");

        Assert.Equal("error: channel_binding=require (PGCHANNELBINDING) needs " + message, refused.FirstError);
    }

    private Cli Migrate(int port, string role, string parameters) => new()
    {
        ["DATABASE_URL"] = $"postgres://{role}@127.0.0.1:{port}/{server.Database.Name}{(parameters.Length == 0 ? "" : "?" + parameters)}",
        ["PGPASSWORD"] = SharedServer.Password,
        ["MIGRATE_DIR"] = server.NoScripts.Path,
    };
}

/// <summary>A server with TLS, and with a role for each authentication method.</summary>
public sealed class ChannelBindingServer : IAsyncLifetime
{
    private readonly CertificateAuthority _authority = new();
    private readonly Tooling.Processes.TempFolder _files = new();
    private MigrationServer? _server;

    public ScriptFolder NoScripts { get; } = new();

    public TestDatabase Database { get; private set; } = null!;

    /// <summary>The certificate of the server.</summary>
    public CertificateAndKey Certificate { get; private set; } = null!;

    /// <summary>Another certificate of the same authority for the same host.</summary>
    public CertificateAndKey OtherCertificate { get; private set; } = null!;

    /// <summary>The file with the certificate of the authority.</summary>
    public string Root => Path.Combine(_files.Path, "ca");

    public async ValueTask InitializeAsync()
    {
        Certificate = _authority.Issue("127.0.0.1");
        OtherCertificate = _authority.Issue("127.0.0.1");
        await File.WriteAllTextAsync(Root, _authority.Root);
        _server = await MigrationServer.StartAsync(new PostgresOptions
        {
            Tls = new PostgresTls(Certificate.Certificate, Certificate.Key),
            HostBasedAuthentication =
            [
                "host all by_password 127.0.0.1/32 password",
                "host all by_md5 127.0.0.1/32 md5",
                "host all by_trust 127.0.0.1/32 trust",
            ],
        });
        Database = await _server.CreateDatabaseAsync();
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        await Database.ExecuteAsSuperuserAsync(
            $"CREATE ROLE by_password LOGIN PASSWORD '{quoted}'; CREATE ROLE by_trust LOGIN; SET password_encryption = 'md5'; CREATE ROLE by_md5 LOGIN PASSWORD '{quoted}'");
    }

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _authority.Dispose();
        NoScripts.Dispose();
        _files.Dispose();
    }
}
