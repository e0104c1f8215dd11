namespace Migrator.Tooling.Postgres;

/// <summary>The options of a test's server.</summary>
public sealed record PostgresOptions
{
    /// <summary>The major version, 13 to 18. Default: 15.</summary>
    public int Major { get; init; } = 15;

    /// <summary>
    /// Settings as in <c>postgresql.conf</c>. They override the tests' defaults, <c>fsync=off</c> and
    /// <c>full_page_writes=off</c>. With these defaults, a committed transaction survives an immediate stop of the
    /// server, but not a crash of the machine.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Enables TLS in addition to unencrypted connections. Default: null, no TLS.</summary>
    public PostgresTls? Tls { get; init; }

    /// <summary>
    /// Lines to insert at the start of <c>pg_hba.conf</c>. PostgreSQL uses the first line that matches. The default
    /// lines allow all users with a password.
    /// </summary>
    public IReadOnlyList<string> HostBasedAuthentication { get; init; } = [];

    /// <summary>The maximum time until the server accepts connections. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
