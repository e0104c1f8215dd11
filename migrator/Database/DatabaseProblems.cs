using System.Security.Authentication;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>Sentences for what goes wrong between us and the server.</summary>
internal static class DatabaseProblems
{
    /// <summary><c>database app on db:5432</c>, without user or password.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings)
        => $"database {settings.Database ?? settings.Username} on {settings.Host}{(settings.Host?.Contains(':', StringComparison.Ordinal) == true ? "" : $":{settings.Port}")}";

    /// <summary>The server, or the way to it, rejects these settings for good.</summary>
    public static MigrateException Rejected(NpgsqlConnectionStringBuilder settings, Exception e)
    {
        string? state = (e as PostgresException)?.SqlState;
        string advice = state switch
        {
            "28P01" => $"Check the password of {settings.Username} (DATABASE_URL, PGPASSWORD, or the Secret they come from).",
            "28000" => "Check user, database and pg_hba.conf; a server may also demand TLS (sslmode=require).",
            "3D000" => "Create the database first, or check its name in DATABASE_URL or PGDATABASE.",
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
                "Check host, port and network policies, and that the server is up; --connect-wait says how long to try."),
            e);

    /// <summary>It went away in the middle.</summary>
    public static MigrateException Lost(Exception e)
        => new(
            ExitCode.DatabaseUnreachable,
            Of("database-lost", "the connection to the database was lost; what was not committed is rolled back", e, "Run it again: it goes on where it stopped."),
            e);

    /// <summary>A statement of ours, not of a script, failed.</summary>
    public static MigrateException Failed(string doing, Exception e)
        => new(
            e is PostgresException { SqlState: SqlStates.InsufficientPrivilege } ? ExitCode.Usage : ExitCode.MigrationFailed,
            Of("database-error", $"{doing} failed", e, null),
            e);

    private static Problem Of(string id, string message, Exception? e, string? advice)
    {
        var server = e as PostgresException;
        string? reason = server?.MessageText ?? Reason(e);
        return new Problem(id, reason is null ? message : $"{message}: {reason}")
        {
            SqlState = server?.SqlState,
            Detail = server?.Detail,
            Hint = server?.Hint,
            Advice = advice,
        };
    }

    // Npgsql's own message only says that something failed while connecting; the cause says what.
    private static string? Reason(Exception? e) => e switch
    {
        null => null,
        NpgsqlException { InnerException: AuthenticationException tls } => $"TLS failed: {tls.InnerException?.Message ?? tls.Message}",
        NpgsqlException { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => e.Message,
    };
}
