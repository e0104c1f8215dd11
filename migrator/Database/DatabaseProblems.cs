using System.Security.Authentication;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>Creates the problems for failures between migrate and the server.</summary>
internal static class DatabaseProblems
{
    private const string CheckCertificate = "The server may not accept the client certificate (sslcert): it must be issued by an authority that the server trusts (ssl_ca_file in the server's configuration).";

    /// <summary>Describes the database without user and password, such as <c>database app on db:5432</c>.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings)
        => $"database {settings.Database ?? settings.Username} on {settings.Host}{(settings.Host?.Contains(':', StringComparison.Ordinal) == true ? "" : $":{settings.Port}")}";

    /// <summary>Creates the failure of a connection that is rejected, where a retry does not help (2).</summary>
    /// <param name="settings">The connection settings.</param>
    /// <param name="e">The cause.</param>
    /// <param name="tls">The reason why the server's certificate is not trusted, and the advice; null for another cause.</param>
    public static MigrateException Rejected(NpgsqlConnectionStringBuilder settings, Exception e, (string Reason, string Advice)? tls = null)
    {
        if (tls is { } certificate)
        {
            return new MigrateException(
                ExitCode.Usage,
                new Problem("connection-rejected", $"the {Describe(settings)} is not trusted: {certificate.Reason}") { Advice = certificate.Advice },
                e);
        }

        string? state = (e as PostgresException)?.SqlState;
        string advice = state switch
        {
            "28P01" => $"Check the password of {settings.Username} (DATABASE_URL, PGPASSWORD, or the Secret they come from).",
            "28000" => "Check user and database against the server's pg_hba.conf. It may require TLS (sslmode=require) or a client certificate (sslcert, sslkey).",
            "3D000" => "Create the database first, or check its name in DATABASE_URL or PGDATABASE.",
            SqlStates.InsufficientPrivilege => $"Allow the role to connect: GRANT CONNECT ON DATABASE {Quote.Identifier(settings.Database!)} TO {Quote.Identifier(settings.Username!)}.",
            null when IsBound(settings) => "channel_binding=require needs TLS from migrate to PostgreSQL itself, the method scram-sha-256 in pg_hba.conf, and a password that is stored as SCRAM-SHA-256.",
            null when settings.RequireAuth is { Length: > 0 } => "Check that pg_hba.conf uses a method that require_auth allows, and check the password, sslmode and sslrootcert.",
            null when settings.SslCertificate is not null => CheckCertificate,
            null when e.InnerException is AuthenticationException => "Check that the server supports TLS, and a version that ssl_min_protocol_version and ssl_max_protocol_version allow.",
            _ => "Check the connection settings: user and password, sslmode and sslrootcert.",
        };
        string message = state is null && IsBound(settings)
            ? $"the login to the {Describe(settings)} failed because of channel_binding=require"
            : $"the {Describe(settings)} rejected the connection";
        return new MigrateException(ExitCode.Usage, Of("connection-rejected", message, e, advice), e);
    }

    /// <summary>Creates the failure of a wait for a role, a password or a database that was not created in time (3).</summary>
    /// <param name="settings">The connection settings.</param>
    /// <param name="waited">How long the run waited.</param>
    /// <param name="e">The server's answer to the last attempt.</param>
    public static MigrateException StillRejected(NpgsqlConnectionStringBuilder settings, TimeSpan waited, PostgresException e)
    {
        Problem rejected = Rejected(settings, e).Problems[0];
        return new MigrateException(
            ExitCode.DatabaseUnreachable, rejected with { Message = $"{rejected.Message} (still after {Duration.Format(TimeSpan.FromSeconds(Math.Round(waited.TotalSeconds)))})" }, e);
    }

    /// <summary>Creates the failure of a wait for a database that did not answer in time (3).</summary>
    /// <param name="settings">The connection settings.</param>
    /// <param name="waited">How long the run waited.</param>
    /// <param name="e">The cause of the last failed attempt; null when it is not known.</param>
    public static MigrateException Unreachable(NpgsqlConnectionStringBuilder settings, TimeSpan waited, Exception? e)
        => new(
            ExitCode.DatabaseUnreachable,
            Of(
                "database-unreachable",
                $"the {Describe(settings)} could not be reached within {Duration.Format(TimeSpan.FromSeconds(Math.Round(waited.TotalSeconds)))}",
                e,
                "Check host, port and network policies, and that the server is running. --connect-wait sets how long to retry."
                    + (settings.SslCertificate is null ? "" : " " + CheckCertificate)),
            e);

    /// <summary>Creates the failure of a run whose connection was lost (3).</summary>
    public static MigrateException Lost(Exception e)
        => new(
            ExitCode.DatabaseUnreachable,
            Of("database-lost", "the connection to the database was lost; uncommitted work is rolled back", e, "Run the same command again. It continues where this run stopped."),
            e);

    /// <summary>Creates a problem whose message ends with the reason: the server's message, or the network error.</summary>
    /// <param name="id">The problem's id.</param>
    /// <param name="message">What failed.</param>
    /// <param name="e">The cause; null when it is not known.</param>
    /// <param name="advice">What to do next; null for no advice.</param>
    public static Problem Of(string id, string message, Exception? e, string? advice)
    {
        var server = e as PostgresException;
        string? reason = Reason(e);
        return new Problem(id, reason is null ? message : $"{message}: {ForeignText.Of(reason)}")
        {
            SqlState = server?.SqlState,
            Detail = ForeignText.OfOptional(server?.Detail),
            Hint = ForeignText.OfOptional(server?.Hint),
            Advice = advice,
        };
    }

    /// <summary>
    /// Gets the reason for a failure. Npgsql's own message only says that connecting failed, so the reason is taken from
    /// the inner exception.
    /// </summary>
    public static string? Reason(Exception? e) => e switch
    {
        null => null,
        PostgresException server => server.MessageText,
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(ReasonWithHost).Distinct(StringComparer.Ordinal)),
        NpgsqlException { InnerException: AggregateException several } => Reason(several),
        NpgsqlException { InnerException: AuthenticationException tls } => $"TLS failed: {tls.InnerException?.Message ?? tls.Message}",
        NpgsqlException { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => e.Message,
    };

    private static bool IsBound(NpgsqlConnectionStringBuilder settings) => settings.ChannelBinding == ChannelBinding.Require;

    // With several hosts, Npgsql's message ("Failed to connect to 10.0.0.1:5432") names the host that failed.
    private static string ReasonWithHost(Exception e) => e is NpgsqlException { InnerException: { } inner } && inner is not AuthenticationException
        && !e.Message.Contains(inner.GetBaseException().Message, StringComparison.Ordinal)
        ? $"{e.Message}: {inner.GetBaseException().Message}"
        : Reason(e)!;
}
