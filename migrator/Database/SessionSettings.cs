using System.Globalization;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>The session's own settings: set at its start, and again after each script, which may have changed them.</summary>
internal sealed class SessionSettings
{
    // The server notices within a second that its client died, and lets go of locks (guarantee 6).
    private const string ClientCheckMilliseconds = "'1000'";

    private readonly List<(string Name, string Value)> _values;

    private SessionSettings(List<(string Name, string Value)> values) => _values = values;

    /// <summary>Drops every trace that a script left in the session, then sets ours again. Allowed in a transaction.</summary>
    public IReadOnlyList<string> ResetStatements => ["CLOSE ALL", "DEALLOCATE ALL", "UNLISTEN *", .. BriefResetStatements];

    /// <summary>The same without what only cursors WITH HOLD, PREPARE and LISTEN make necessary; what was prepared stays.</summary>
    public IReadOnlyList<string> BriefResetStatements => ["RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "DISCARD TEMP", SetStatement];

    private string SetStatement
        => "SELECT " + string.Join(", ", _values.Select(v => $"pg_catalog.set_config('{v.Name}', {v.Value}, false)"));

    /// <summary>Sets them on a fresh session.</summary>
    public static async Task<SessionSettings> ApplyAsync(DatabaseSession session, MigrateOptions options, CancellationToken cancellation)
    {
        Version server = session.Connection.PostgreSqlVersion;
        try
        {
            return await SetAsync(Of(server, options, checksClient: true)).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InvalidParameterValue)
        {
            // A server on a platform that cannot poll for a closed socket refuses to.
            return await SetAsync(Of(server, options, checksClient: false)).ConfigureAwait(false);
        }

        async Task<SessionSettings> SetAsync(SessionSettings settings)
        {
            await session.ExecuteAsync(settings.SetStatement, cancellation).ConfigureAwait(false);
            return settings;
        }
    }

    // What the server does not know is left out.
    private static SessionSettings Of(Version server, MigrateOptions options, bool checksClient)
    {
        var values = new List<(string, string)>
        {
            ("lock_timeout", Milliseconds(options.LockTimeout)),
            ("statement_timeout", Milliseconds(options.StatementTimeout)),
            ("idle_in_transaction_session_timeout", "'0'"),
            // A peer that went silent (a lost node) is noticed by these only.
            ("tcp_keepalives_idle", "'30'"),
            ("tcp_keepalives_interval", "'10'"),
            ("tcp_keepalives_count", "'3'"),
        };
        if (server.Major >= 12)
        {
            values.Add(("tcp_user_timeout", "'60000'"));
        }

        if (server.Major >= 14 && checksClient)
        {
            values.Add(("client_connection_check_interval", ClientCheckMilliseconds));
        }

        if (server.Major >= 17)
        {
            values.Add(("transaction_timeout", "'0'"));
        }

        if (options.Schema is { } schema)
        {
            // In front of the path that RESET ALL brings back.
            values.Add(("search_path", $"concat_ws(', ', {Quote.Literal(Quote.Identifier(schema))}, nullif(current_setting('search_path'), ''))"));
        }

        return new SessionSettings(values);
    }

    // No limit is 0 for PostgreSQL, said aloud so that it overrides what the role or the database has set.
    private static string Milliseconds(TimeSpan? value)
        => value is { } limit ? string.Create(CultureInfo.InvariantCulture, $"'{Math.Max(1, (long)limit.TotalMilliseconds)}'") : "'0'";
}
