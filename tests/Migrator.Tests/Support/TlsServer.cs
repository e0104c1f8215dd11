using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Support;

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

    private void Write(string name, string content)
    {
        var path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
