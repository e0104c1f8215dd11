using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Npgsql;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>A PostgreSQL that takes no connection without TLS, with a certificate of a CA of its own.</summary>
public sealed class TlsServer : IAsyncLifetime
{
    private readonly TempFolder _files = new();
    private PostgresServer? _server;

    /// <summary>The CA's certificate, a PEM file.</summary>
    public string Authority => Find("ca.crt");

    /// <summary>Another CA's certificate.</summary>
    public string Stranger => Find("stranger.crt");

    private PostgresServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync()
    {
        var tls = CreateCertificates();
        _server = await PostgresServer.StartAsync(new PostgresOptions
        {
            Tls = tls,
            HostBasedAuthentication = ["hostnossl all all all reject"],
        });
    }

    /// <summary>An empty database.</summary>
    public async Task<string> CreateDatabaseAsync() => await Server.CreateDatabaseAsync(TestContext.Current.CancellationToken);

    /// <summary>The variable that tells <c>migrate</c> and the sample how to get there, the server's name checked.</summary>
    /// <param name="database">One of <see cref="CreateDatabaseAsync"/>.</param>
    /// <param name="authority">Where the image finds the CA's certificate.</param>
    public IReadOnlyDictionary<string, string> Settings(string database, string authority = "/tls/ca.crt") =>
        new Dictionary<string, string>
        {
            ["DATABASE_URL"] = $"{Server.Url(database)}?sslmode=verify-full&sslrootcert={authority}",
        };

    /// <summary>The versions in the history, in order.</summary>
    public Task<IReadOnlyList<string>> AppliedAsync(string database) =>
        QueryAsync(database, "SELECT version FROM changelog WHERE type = 0 AND success ORDER BY version::int");

    /// <summary>The first column of what a query finds.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string database, string sql)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = new NpgsqlConnection(Server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var values = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _files.Dispose();
    }

    private string Find(string name) => Path.Combine(_files.Path, name);

    private PostgresTls CreateCertificates()
    {
        // Others read the authorities: the image's user, for one.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                _files.Path, File.GetUnixFileMode(_files.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        using var authority = CreateAuthority("ca.crt");
        CreateAuthority("stranger.crt").Dispose();
        var (certificate, key) = authority.Issue("127.0.0.1");
        return new PostgresTls(certificate, key);
    }

    private CertificateAuthority CreateAuthority(string file)
    {
        var authority = new CertificateAuthority(file);
        File.WriteAllText(Find(file), authority.Root);
        return authority;
    }
}
