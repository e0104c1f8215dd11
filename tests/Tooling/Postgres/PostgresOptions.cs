namespace Migrator.Tooling.Postgres;

/// <summary>What a test may want of its server.</summary>
public sealed record PostgresOptions
{
    /// <summary>The major version, 15 (the default) or 18.</summary>
    public int Major { get; init; } = 15;

    /// <summary>
    /// Settings as in <c>postgresql.conf</c>, over those of the tests: <c>fsync=off</c> and
    /// <c>full_page_writes=off</c> (safe as long as the machine runs; a committed transaction survives an immediate
    /// stop).
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>TLS beside plain connections; null (the default) for none.</summary>
    public PostgresTls? Tls { get; init; }

    /// <summary>
    /// Lines of <c>pg_hba.conf</c> before those of the tests, which let everyone in with a password. The first that
    /// matches counts.
    /// </summary>
    public IReadOnlyList<string> HostBasedAuthentication { get; init; } = [];

    /// <summary>How long the server may take to accept connections. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
