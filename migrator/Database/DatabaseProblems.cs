using System.Security.Authentication;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>Sentences for what goes wrong between us and the server.</summary>
internal static class DatabaseProblems
{
    private const string CheckCertificate = "The server may not accept the client certificate (sslcert): it has to come from an authority that the server trusts (its ssl_ca_file).";

    /// <summary><c>database app on db:5432</c>, without user or password.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings)
        => $"database {settings.Database ?? settings.Username} on {settings.Host}{(settings.Host?.Contains(':', StringComparison.Ordinal) == true ? "" : $":{settings.Port}")}";

    /// <summary>The server, or the way to it, rejects these settings for good.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="e">What was said.</param>
    /// <param name="tls">What is wrong with the server's certificate, where that is the cause.</param>
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
            "28000" => "Check user and database against the server's pg_hba.conf; it may demand TLS (sslmode=require) or a client certificate (sslcert, sslkey).",
            "3D000" => "Create the database first, or check its name in DATABASE_URL or PGDATABASE.",
            SqlStates.InsufficientPrivilege => $"Let the role in: GRANT CONNECT ON DATABASE {Quote.Identifier(settings.Database!)} TO {Quote.Identifier(settings.Username!)}.",
            null when settings.SslCertificate is not null => CheckCertificate,
            _ => "Check the connection settings: user and password, sslmode and sslrootcert.",
        };
        return new MigrateException(ExitCode.Usage, Of("connection-rejected", $"the {Describe(settings)} refuses the connection", e, advice), e);
    }

    /// <summary>It did not answer in time.</summary>
    public static MigrateException Unreachable(NpgsqlConnectionStringBuilder settings, TimeSpan waited, Exception? e)
        => new(
            ExitCode.DatabaseUnreachable,
            Of(
                "database-unreachable",
                $"the {Describe(settings)} could not be reached within {Duration.Format(TimeSpan.FromSeconds(Math.Round(waited.TotalSeconds)))}",
                e,
                "Check host, port and network policies, and that the server is up; --connect-wait says how long to try."
                    + (settings.SslCertificate is null ? "" : " " + CheckCertificate)),
            e);

    /// <summary>It went away in the middle.</summary>
    public static MigrateException Lost(Exception e)
        => new(
            ExitCode.DatabaseUnreachable,
            Of("database-lost", "the connection to the database was lost; what was not committed is rolled back", e, "Run it again: it goes on where it stopped."),
            e);

    /// <summary>A problem with the server's answer, or the cause in the network, behind its message.</summary>
    /// <param name="id">The problem's id.</param>
    /// <param name="message">What failed.</param>
    /// <param name="e">The cause; null when it is not known.</param>
    /// <param name="advice">What to do next; null for nothing.</param>
    public static Problem Of(string id, string message, Exception? e, string? advice)
    {
        var server = e as PostgresException;
        string? reason = Reason(e);
        return new Problem(id, reason is null ? message : $"{message}: {reason}")
        {
            SqlState = server?.SqlState,
            Detail = server?.Detail,
            Hint = server?.Hint,
            Advice = advice,
        };
    }

    /// <summary>Why it failed. Npgsql's own message only says that something did while connecting; the cause says what.</summary>
    public static string? Reason(Exception? e) => e switch
    {
        null => null,
        PostgresException server => server.MessageText,
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(OfHost).Distinct(StringComparer.Ordinal)),
        NpgsqlException { InnerException: AggregateException several } => Reason(several),
        NpgsqlException { InnerException: AuthenticationException tls } => $"TLS failed: {tls.InnerException?.Message ?? tls.Message}",
        NpgsqlException { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => e.Message,
    };

    // "Failed to connect to 10.0.0.1:5432": of several hosts, that tells which.
    private static string OfHost(Exception e) => e is NpgsqlException { InnerException: { } inner } && inner is not AuthenticationException
        && !e.Message.Contains(inner.GetBaseException().Message, StringComparison.Ordinal)
        ? $"{e.Message}: {inner.GetBaseException().Message}"
        : Reason(e)!;
}
