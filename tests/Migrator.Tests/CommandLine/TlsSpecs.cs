using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>TLS settings have libpq's meaning. The server has a certificate from a private authority.</summary>
public sealed class TlsSpecs(TlsServer server) : IClassFixture<Prepared>, IClassFixture<TlsServer>
{
    private const int Timeout = 60_000;

    // The default history table belongs to the role of the test that ran first.
    private const string SeparateHistory = "--history-table=separate_history";

    // The cases of libpq's table (https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION): the server name
    // matches or not, and the authority is right, wrong or not set.
    [Theory(Timeout = Timeout)]
    [InlineData("sslmode=disable", "plain")]
    [InlineData("sslmode=allow", "plain")]
    [InlineData("sslmode=prefer", "tls")]
    [InlineData("", "tls")]
    [InlineData("sslmode=prefer&sslrootcert={other}", "tls")]
    [InlineData("sslmode=require", "tls")]
    [InlineData("sslmode=require&sslrootcert={ca}", "tls")]
    [InlineData("sslmode=require&sslrootcert={other}", "issuer")]
    [InlineData("sslmode=verify-ca", "untrusted")]
    [InlineData("sslmode=verify-ca&sslrootcert={ca}", "tls")]
    [InlineData("sslmode=verify-ca&sslrootcert={other}", "issuer")]
    [InlineData("sslmode=verify-full&sslrootcert={ca}", "name")]
    [InlineData("sslmode=verify-full&sslrootcert={other}", "issuer")]
    [InlineData("sslmode=verify-full", "untrusted")]
    [InlineData("sslrootcert=system", "untrusted")]
    public async Task The_connection_follows_libpq_with_a_certificate_for_another_name(string parameters, string expected)
        => await ExpectAsync(server.Named, parameters, expected);

    [Theory(Timeout = Timeout)]
    [InlineData("sslmode=verify-full&sslrootcert={ca}", "tls")]
    [InlineData("sslmode=verify-full&sslrootcert={both}", "tls")]
    [InlineData("sslmode=verify-full&sslrootcert={other}", "issuer")]
    public async Task The_connection_follows_libpq_with_a_certificate_for_this_host(string parameters, string expected)
        => await ExpectAsync(server.Addressed, parameters, expected);

    [Theory(Timeout = Timeout)]
    [InlineData("PGSSLMODE=verify-full PGSSLROOTCERT={ca}", "tls")]
    [InlineData("PGSSLMODE=verify-full PGSSLROOTCERT={other}", "issuer")]
    [InlineData("PGSSLROOTCERT=system", "untrusted")]
    [InlineData("PGSSLROOTCERT=system SSL_CERT_FILE={ca}", "tls")]
    [InlineData("PGSSLROOTCERT=system SSL_CERT_FILE={other}", "untrusted")]
    [InlineData("MIGRATE_CONNECTION=Root_Certificate=system PGSSLROOTCERT={ca}", "untrusted")]
    [InlineData("MIGRATE_CONNECTION=Root_Certificate=system PGSSLROOTCERT={ca} SSL_CERT_FILE={ca}", "tls")]
    [InlineData("MIGRATE_CONNECTION=SslMode=VerifyFull;Root_Certificate={ca}", "tls")]
    public async Task The_environment_sets_TLS(string environment, string expected)
    {
        var migrate = new Cli();
        foreach (var pair in environment.Split(' '))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            migrate[pair[..equals]] = server.Fill(pair[(equals + 1)..].Replace("Root_", "Root ", StringComparison.Ordinal));
        }

        await ExpectAsync(migrate, server.Addressed, "", expected);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("sslrootcert=/nowhere", "the file of sslrootcert does not exist: /nowhere")]
    [InlineData("sslmode=verify-full&sslrootcert={ca-key}", "sslrootcert contains no certificate: ")]
    [InlineData("sslmode=require&sslrootcert=system", "sslrootcert=system needs sslmode=verify-full, but sslmode is require")]
    [InlineData("sslcert={client}", "sslcert is set, but sslkey (the private key of the certificate) is not")]
    [InlineData("sslcert={client}&sslkey=/nowhere", "the file of sslkey does not exist: /nowhere")]
    [InlineData("sslcert=/nowhere&sslkey={client-key}", "the file of sslcert does not exist: /nowhere")]
    [InlineData("sslcert={client}&sslkey={ca-key}", "sslcert and sslkey cannot be used together")]
    [InlineData("sslcert={client-key}&sslkey={client-key}", "sslcert and sslkey cannot be used together")]
    public async Task Invalid_files_are_reported_before_the_connection_is_opened(string parameters, string message)
    {
        var refused = await Migrate(new Cli(), server.Named, parameters).FailAsync(2, "status");

        Assert.StartsWith("error: " + message, refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("\n  next: ", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_certificate_replaces_a_password()
    {
        const string ByCertificate = "sslmode=require&sslcert={client}&sslkey={client-key}";
        using var scripts = new ScriptFolder();
        await Migrate(new Cli(), server.Named, ByCertificate, TlsServer.CertificateRole).SucceedAsync("status", SeparateHistory);

        // Without a certificate, and with a certificate for another role.
        foreach (var parameters in new[] { "sslmode=require", "sslmode=require&sslcert={stranger}&sslkey={stranger-key}" })
        {
            var refused = await Migrate(new Cli(), server.Named, parameters, TlsServer.CertificateRole).FailAsync(2, "status");
            Assert.Contains("certificate", refused.FirstError, StringComparison.Ordinal);
            Assert.Contains("(SQLSTATE 28000)", refused.FirstError, StringComparison.Ordinal);
            Assert.Contains("a client certificate (sslcert, sslkey)", refused.Stderr, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_certificate_that_the_server_does_not_trust_fails_at_once()
    {
        var refused = await Migrate(new Cli(), server.Named, "sslmode=require&sslcert={foreign}&sslkey={foreign-key}", TlsServer.CertificateRole)
            .RunAsync("status", "--connect-wait=3s");

        // The connection may be closed (3) before the client reads the server's alert (2). Both give advice.
        Assert.InRange(refused.ExitCode, 2, 3);
        Assert.Contains("next: ", refused.Stderr, StringComparison.Ordinal);
        Assert.Contains("The server may not accept the client certificate (sslcert)", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_for_a_server_that_requires_TLS_differs_from_a_wrong_password()
    {
        var refused = await Migrate(new Cli(), server.Named, "sslmode=disable", TlsServer.TlsRole).FailAsync(2, "status");

        Assert.Contains("(SQLSTATE 28000)", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("It may require TLS (sslmode=require)", refused.Stderr, StringComparison.Ordinal);
        await Migrate(new Cli(), server.Named, "sslmode=require", TlsServer.TlsRole).SucceedAsync("status", SeparateHistory);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_for_an_expired_certificate_contains_the_dates()
    {
        await using var expired = await server.StartAsync(server.Authority.Issue("127.0.0.1", DateTimeOffset.UtcNow.AddHours(-1)));

        var refused = await Migrate(new Cli(), await expired.CreateDatabaseAsync(), "sslmode=verify-ca&sslrootcert={ca}").FailAsync(2, "status");

        Assert.Contains("is not trusted: the server's certificate is valid only from ", refused.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Several_untrusted_hosts_fail_at_once()
    {
        var url = $"postgres://app@127.0.0.1:{server.Named.Port},127.0.0.1:{server.Named.Port}/{server.Named.Name}?sslmode=verify-full&sslrootcert={server.Fill("{ca}")}";
        using var scripts = new ScriptFolder();

        var refused = await new Cli { ["DATABASE_URL"] = url, ["PGPASSWORD"] = SharedServer.Password, ["MIGRATE_DIR"] = scripts.Path }.FailAsync(2, "status");

        Assert.Contains("the server's certificate is for db.example, not for 127.0.0.1", refused.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_never_replies_fails_after_the_connect_wait()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var scripts = new ScriptFolder();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;

        // Npgsql's default timeout is 15 seconds.
        var refused = await new Cli { ["DATABASE_URL"] = $"postgres://app:x@127.0.0.1:{port}/x?sslmode=verify-full", ["MIGRATE_DIR"] = scripts.Path }
            .FailAsync(3, "status", "--connect-wait=1s");

        Assert.Matches("could not be reached within [1-9]s: ", refused.FirstError);
    }

    private async Task ExpectAsync(TestDatabase database, string parameters, string expected)
        => await ExpectAsync(new Cli(), database, parameters, expected);

    private async Task ExpectAsync(Cli migrate, TestDatabase database, string parameters, string expected)
    {
        using var scripts = new ScriptFolder
        {
            ["R__tls.sql"] = "-- evolve-repeat-always\nDO $$ BEGIN RAISE NOTICE '%', (SELECT CASE WHEN ssl THEN 'tls' ELSE 'plain' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()); END $$;",
        };
        var result = await Migrate(migrate, database, parameters, scripts: scripts).RunAsync("up", "--lock-wait=30s");
        if (expected is "tls" or "plain")
        {
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.Contains($"NOTICE: {expected}\n", result.Stderr, StringComparison.Ordinal);
            return;
        }

        var reason = expected switch
        {
            "name" => "the server's certificate is for db.example, not for 127.0.0.1\n  next: Connect with a host name that the certificate contains",
            "issuer" => $"the server's certificate was issued by CN=Test CA, which sslrootcert ({server.Fill("{other}")}) does not contain\n  next: Set sslrootcert",
            _ => "the server's certificate was issued by CN=Test CA, which this machine does not trust\n  next: Set sslrootcert",
        };
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.StartsWith($"error: the database {database.Name} on 127.0.0.1:{database.Port} is not trusted: {reason}", result.Stderr, StringComparison.Ordinal);
    }

    private Cli Migrate(Cli migrate, TestDatabase database, string parameters, string role = SharedServer.Role, ScriptFolder? scripts = null)
    {
        migrate["DATABASE_URL"] = $"postgres://{role}@{database.Host}:{database.Port}/{database.Name}{(parameters.Length == 0 ? "" : "?" + server.Fill(parameters))}";
        migrate["PGPASSWORD"] = SharedServer.Password;
        migrate["MIGRATE_DIR"] = scripts?.Path ?? server.NoScripts.Path;
        return migrate;
    }
}

/// <summary>Two servers with TLS, and the files that clients need.</summary>
public sealed class TlsServer : IAsyncLifetime
{
    /// <summary>A role that can log in only with a certificate.</summary>
    public const string CertificateRole = "by_certificate";

    /// <summary>A role that can log in only over TLS.</summary>
    public const string TlsRole = "over_tls";

    private readonly TempFolder _files = new();
    private readonly CertificateAuthority _other = new("Other CA");
    private MigrationServer? _named;
    private MigrationServer? _addressed;

    public CertificateAuthority Authority { get; } = new();

    public ScriptFolder NoScripts { get; } = new();

    /// <summary>A database whose server's certificate is for db.example.</summary>
    public TestDatabase Named { get; private set; } = null!;

    /// <summary>A database whose server's certificate is for 127.0.0.1.</summary>
    public TestDatabase Addressed { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Write("ca", Authority.Root);
        Write("other", _other.Root);
        Write("both", _other.Root + "\n" + Authority.Root);
        Write("client", Authority.Issue(CertificateRole));
        Write("stranger", Authority.Issue("stranger"));
        Write("foreign", _other.Issue(CertificateRole));
        Write("ca-key", Authority.Issue("x").Key);
        _named = await StartAsync(Authority.Issue("db.example"));
        _addressed = await StartAsync(Authority.Issue("127.0.0.1"));
        Named = await _named.CreateDatabaseAsync();
        Addressed = await _addressed.CreateDatabaseAsync();
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        await Named.ExecuteAsSuperuserAsync($"CREATE ROLE {CertificateRole} LOGIN; CREATE ROLE {TlsRole} LOGIN PASSWORD '{quoted}'");
    }

    /// <summary>Starts a server with a certificate.</summary>
    public Task<MigrationServer> StartAsync(CertificateAndKey certificate) => MigrationServer.StartAsync(new PostgresOptions
    {
        Tls = new PostgresTls(certificate.Certificate, certificate.Key, Authority.Root),
        HostBasedAuthentication =
        [
            $"hostssl all {CertificateRole} 127.0.0.1/32 cert",
            $"hostnossl all {TlsRole} 127.0.0.1/32 reject",
        ],
    });

    /// <summary>Replaces <c>{name}</c> by the path of the file with that name.</summary>
    public string Fill(string text)
        => new DirectoryInfo(_files.Path).EnumerateFiles().Aggregate(text, (t, f) => t.Replace($"{{{f.Name}}}", f.FullName, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _named, _addressed })
        {
            await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Authority.Dispose();
        _other.Dispose();
        NoScripts.Dispose();
        _files.Dispose();
    }

    private void Write(string name, CertificateAndKey pair)
    {
        Write(name, pair.Certificate);
        Write(name + "-key", pair.Key);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_files.Path, name), content);
}
