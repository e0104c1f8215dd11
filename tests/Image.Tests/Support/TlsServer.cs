using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Npgsql;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>
/// A PostgreSQL server that rejects connections without TLS. Its certificate is issued by its own CA.
/// </summary>
public sealed class TlsServer : IAsyncLifetime
{
    private readonly TempFolder _files = new();
    private PostgresServer? _server;

    /// <summary>The PEM file of the CA's certificate.</summary>
    public string Authority => Find("ca.crt");

    /// <summary>The PEM file of another CA's certificate.</summary>
    public string OtherAuthority => Find("other-ca.crt");

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

    /// <summary>Creates an empty database.</summary>
    public async Task<string> CreateDatabaseAsync() => await Server.CreateDatabaseAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// Returns the environment variable with the database's address for <c>migrate</c> and the sample service. The
    /// server's name is verified.
    /// </summary>
    /// <param name="database">A database created by <see cref="CreateDatabaseAsync"/>.</param>
    /// <param name="authority">The path of the CA's certificate in the container.</param>
    public IReadOnlyDictionary<string, string> Settings(string database, string authority = "/tls/ca.crt") =>
        new Dictionary<string, string>
        {
            ["DATABASE_URL"] = $"{Server.Url(database)}?sslmode=verify-full&sslrootcert={authority}",
        };

    /// <summary>Returns the versions in the history table, in order.</summary>
    public Task<IReadOnlyList<string>> AppliedAsync(string database) =>
        QueryAsync(database, "SELECT version FROM changelog WHERE type = 0 AND success ORDER BY version::int");

    /// <summary>Returns the first column of a query's result.</summary>
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
        // Other users, such as the image's user, must be able to read the CA certificates.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                _files.Path, File.GetUnixFileMode(_files.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        using var authority = CreateAuthority("ca.crt");
        CreateAuthority("other-ca.crt").Dispose();
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
