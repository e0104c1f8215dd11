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
    [InlineData("sslcert={client}", "sslkey is not set, so there is no private key for the client certificate ")]
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
    public async Task A_private_key_in_a_mounted_Secret_that_others_can_read_is_refused()
    {
        using var secret = new MountedSecret(("tls.crt", File.ReadAllText(server.Fill("{client}"))), ("tls.key", File.ReadAllText(server.Fill("{client-key}"))));
        var key = Path.Combine(secret.MountPath, "tls.key");
        var parameters = $"sslmode=require&sslcert={secret.MountPath}/tls.crt&sslkey={key}";
        SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        var refused = await Migrate(new Cli(), server.Named, parameters, TlsServer.CertificateRole).FailAsync(2, "status");

        Assert.StartsWith($"error: the private key {key} has the permissions 0644, which give access to other users: permissions should be u=rw (0600) ", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains($"next: Run chmod 0600 {key}. In a pod, set defaultMode: 0440", refused.Stderr, StringComparison.Ordinal);

        SetMode(UnixFileMode.UserRead);
        await Migrate(new Cli(), server.Named, parameters, TlsServer.CertificateRole).SucceedAsync("status", SeparateHistory);

        void SetMode(UnixFileMode mode) => File.SetUnixFileMode(new FileInfo(Path.Combine(secret.MountPath, "..data")).ResolveLinkTarget(true)!.FullName + "/tls.key", mode);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_client_certificate_is_not_sent_if_sslcertmode_is_disable()
    {
        var refused = await Migrate(new Cli(), server.Named, "sslmode=require&sslcert={client}&sslkey={client-key}&sslcertmode=disable", TlsServer.CertificateRole)
            .FailAsync(2, "status");

        Assert.Contains("certificate", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("(SQLSTATE 28000)", refused.FirstError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("sslmode=require", "TLSv1.3")]
    [InlineData("sslmode=require&ssl_max_protocol_version=TLSv1.2", "TLSv1.2")]
    [InlineData("sslmode=require&ssl_min_protocol_version=TLSV1.3", "TLSv1.3")]
    public async Task The_connection_uses_an_allowed_TLS_version(string parameters, string version)
    {
        using var scripts = new ScriptFolder
        {
            ["R__tls.sql"] = "-- evolve-repeat-always\nDO $$ BEGIN RAISE NOTICE '%', (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()); END $$;",
        };

        var result = await Migrate(new Cli(), server.Named, parameters, scripts: scripts).SucceedAsync("up", "--lock-wait=30s");

        Assert.Contains($"NOTICE: {version}\n", result.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_without_an_allowed_TLS_version_is_refused()
    {
        var certificate = server.Authority.Issue("127.0.0.1");
        await using var old = await MigrationServer.StartAsync(new PostgresOptions
        {
            Tls = new PostgresTls(certificate.Certificate, certificate.Key),
            Settings = new Dictionary<string, string> { ["ssl_max_protocol_version"] = "TLSv1.2" },
        });

        var refused = await Migrate(new Cli(), await old.CreateDatabaseAsync(), "sslmode=require&ssl_min_protocol_version=TLSv1.3").FailAsync(2, "status");

        Assert.Contains("TLS failed: ", refused.FirstError, StringComparison.Ordinal);
        Assert.Contains("ssl_min_protocol_version", refused.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("db.example", "tls")]
    [InlineData("other.example", "name")]
    public async Task The_certificate_is_for_the_host_and_not_for_hostaddr(string host, string expected)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli
        {
            ["DATABASE_URL"] = $"host={host} hostaddr=127.0.0.1 port={server.Named.Port} dbname={server.Named.Name} user={SharedServer.Role} sslmode=verify-full sslrootcert={server.Fill("{ca}")}",
            ["PGPASSWORD"] = SharedServer.Password,
            ["MIGRATE_DIR"] = scripts.Path,
        };

        var result = await migrate.RunAsync("status", SeparateHistory);

        Assert.Equal(expected == "tls" ? 0 : 2, result.ExitCode);
        if (expected == "name")
        {
            Assert.Contains("the server's certificate is for db.example, not for other.example", result.Stderr, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task The_root_certificate_in_the_home_folder_makes_require_verify_the_authority()
    {
        using var home = new TempFolder();
        var root = Path.Combine(Directory.CreateDirectory(Path.Combine(home.Path, ".postgresql")).FullName, "root.crt");
        File.Copy(server.Fill("{other}"), root);
        var migrate = new Cli { ["HOME"] = home.Path };

        var refused = await Migrate(migrate, server.Named, "sslmode=require").FailAsync(2, "status");
        Assert.Contains($"which sslrootcert ({root}) does not contain", refused.FirstError, StringComparison.Ordinal);

        File.Copy(server.Fill("{ca}"), root, overwrite: true);
        await Migrate(migrate, server.Named, "sslmode=require").SucceedAsync("status", SeparateHistory);

        await File.WriteAllTextAsync(Path.Combine(home.Path, ".postgresql", "root.crl"), "", TestContext.Current.CancellationToken);
        refused = await Migrate(migrate, server.Named, "sslmode=require").FailAsync(2, "status");
        Assert.Contains("root.crl is refused: migrate does not check certificate revocation lists", refused.FirstError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("gssencmode", "PGGSSENCMODE", "require")]
    [InlineData("sslcrl", "PGSSLCRL", "/crl.pem")]
    [InlineData("sslcrldir", "PGSSLCRLDIR", "/lists")]
    [InlineData("sslsni", "PGSSLSNI", "0")]
    [InlineData("requirepeer", "PGREQUIREPEER", "postgres")]
    [InlineData("service", "PGSERVICE", "orders")]
    [InlineData("client_encoding", "PGCLIENTENCODING", "LATIN1")]
    public async Task A_setting_that_cannot_be_honored_is_refused_from_every_source(string keyword, string variable, string value)
    {
        await RefusedAsync(Migrate(new Cli(), server.Named, $"{keyword}={value}"));
        await RefusedAsync(Migrate(new Cli { [variable] = value }, server.Named, ""));
        var byKeyword = Migrate(new Cli(), server.Named, "");
        byKeyword["DATABASE_URL"] = $"host=127.0.0.1 {keyword}={value}";
        await RefusedAsync(byKeyword);

        async Task RefusedAsync(Cli migrate)
        {
            var refused = await migrate.FailAsync(2, "status");
            Assert.StartsWith($"error: the connection setting '{keyword}' ({variable}) is refused: migrate ", refused.FirstError, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_command_without_a_database_does_not_check_connection_settings()
        => await new Cli { ["PGSERVICE"] = "orders", ["MIGRATE_DIR"] = server.NoScripts.Path }.SucceedAsync("lint");

    [Fact(Timeout = Timeout)]
    public async Task PGREQUIRESSL_requires_TLS_unless_PGSSLMODE_is_set()
    {
        await ExpectAsync(new Cli { ["PGREQUIRESSL"] = "1", ["PGSSLMODE"] = "disable" }, server.Named, "", "plain");
        await using var plain = await MigrationServer.StartAsync();

        var refused = await Migrate(new Cli { ["PGREQUIRESSL"] = "1" }, await plain.CreateDatabaseAsync(), "").FailAsync(2, "status");

        Assert.Contains("SSL connection requested", refused.FirstError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Variables_that_libpq_sends_as_settings_of_the_session_are_sent()
    {
        using var scripts = new ScriptFolder
        {
            ["R__settings.sql"] = "-- evolve-repeat-always\nDO $$ BEGIN RAISE NOTICE '%|%|%|%', current_setting('datestyle'), current_setting('timezone'), current_setting('geqo'), current_setting('work_mem'); END $$;",
        };
        var migrate = new Cli { ["PGDATESTYLE"] = "SQL, DMY", ["PGTZ"] = "Asia/Tokyo", ["PGGEQO"] = "off", ["PGOPTIONS"] = "-c work_mem=7MB" };

        var result = await Migrate(migrate, server.Named, "", scripts: scripts).SucceedAsync("up", "--lock-wait=30s");

        Assert.Contains("NOTICE: SQL, DMY|Asia/Tokyo|off|7MB\n", result.Stderr, StringComparison.Ordinal);
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
