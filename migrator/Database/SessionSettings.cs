using System.Globalization;
using Migrator.Configuration;
using Migrator.Sql.Changes;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// The settings of the run's session. They are set when the run starts, and again after each script, because a script may
/// change them.
/// </summary>
internal sealed class SessionSettings
{
    // With this setting, the server detects within a second that its client has died, and releases the locks (guarantee 6).
    private const string ClientCheckMilliseconds = "'1000'";

    private const string SchemaSetting = "migrate.schema";
    private const string IdleSessionTimeout = "idle_session_timeout";

    /// <summary>
    /// The SQL expression for the schema in which scripts create objects without a schema, after <see cref="ResetStatements"/> in the same transaction.
    /// Otherwise NULL or an empty text.
    /// </summary>
    public const string SchemaExpression = $"pg_catalog.current_setting('{SchemaSetting}', true)";

    private readonly List<(string Name, string Value)> _values;

    private SessionSettings(List<(string Name, string Value)> values, IReadOnlyList<string> schemas) => (_values, Schemas) = (values, schemas);

    /// <summary>The schemas in which scripts find tables without a schema, in order, unless a script changes the search path.</summary>
    public IReadOnlyList<string> Schemas { get; }

    /// <summary>
    /// The statements that remove everything that a script left in the session, then set these settings again. After them, the
    /// rest of the transaction has the search path of a <see cref="TrustedBatch"/>. PostgreSQL allows all of them in a transaction.
    /// </summary>
    public IReadOnlyList<string> ResetStatements => ["CLOSE ALL", "DEALLOCATE ALL", "UNLISTEN *", .. PartialResetStatements];

    /// <summary>
    /// <see cref="ResetStatements"/> without the statements that are needed only after cursors WITH HOLD, PREPARE and
    /// LISTEN. Prepared statements stay.
    /// </summary>
    public IReadOnlyList<string> PartialResetStatements => ["RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "DISCARD TEMP", SetStatement];

    /// <summary>
    /// Gets the statement that sets settings of the run again after a statement of a script has reset them; null if it has not. The value with which
    /// the session started is another one: without the run's <c>lock_timeout</c>, the script could block the application, and without the run's
    /// search path, it would create its objects in another schema.
    /// </summary>
    public string? StatementAfter(string statement)
    {
        if (SettingReset.Of(statement) is not { } reset)
        {
            return null;
        }

        string[] columns = [.. _values.Where(v => reset is SettingReset.All || v.Name == reset).Select(Column)];
        return columns.Length == 0 ? null : $"SELECT {string.Join(", ", columns)}";
    }

    /// <summary>The settings as an SQL list of pairs: the name, and the value as in <c>pg_settings.setting</c>.</summary>
    public string Pairs => string.Join(", ", _values.Select(v => $"('{v.Name}', {v.Value})"));

    private string SetStatement
        => "SELECT " + string.Join(", ", _values.Select(Column).Append($"pg_catalog.set_config('{SchemaSetting}', pg_catalog.current_schema()::pg_catalog.text, true)").Append(TrustedBatch.SetPathColumns));

    /// <summary>
    /// The columns of a SELECT for an additional connection of a run, which is idle most of the time. They call only functions with a schema. See
    /// <see cref="TrustedBatch"/>.
    /// </summary>
    public static string IdleColumns(Version server) => server.Major >= 14 ? $"pg_catalog.set_config('{IdleSessionTimeout}', '0', false)" : "NULL";

    /// <summary>Sets the settings on a new session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="facts">The state of the session before the settings are set.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    public static async Task<SessionSettings> ApplyAsync(
        DatabaseSession session, ServerFacts facts, MigrateOptions options, CancellationToken cancellation)
    {
        Version server = session.Connection.PostgreSqlVersion;
        try
        {
            return await SetAsync(Of(server, facts, options, checksClient: true)).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InvalidParameterValue)
        {
            // A server on a platform that cannot poll for a closed socket rejects client_connection_check_interval.
            return await SetAsync(Of(server, facts, options, checksClient: false)).ConfigureAwait(false);
        }

        async Task<SessionSettings> SetAsync(SessionSettings settings)
        {
            await session.SendAsync([settings.SetStatement], cancellation).ConfigureAwait(false);
            return settings;
        }
    }

    // Leaves out the settings that the server's version does not have.
    private static SessionSettings Of(Version server, ServerFacts facts, MigrateOptions options, bool checksClient)
    {
        var values = new List<(string, string)>
        {
            ("lock_timeout", Milliseconds(options.LockTimeout)),
            ("statement_timeout", Milliseconds(options.StatementTimeout)),
            ("idle_in_transaction_session_timeout", "'0'"),
            // Scripts must have the same meaning in every database.
            ("standard_conforming_strings", "'on'"),
            // Only keepalive detects a peer that does not answer any more, such as a pod on a lost node.
            ("tcp_keepalives_idle", "'30'"),
            ("tcp_keepalives_interval", "'10'"),
            ("tcp_keepalives_count", "'3'"),
        };
        if (server.Major >= 12)
        {
            values.Add(("tcp_user_timeout", "'60000'"));
        }

        if (server.Major >= 14)
        {
            // The run is idle while it waits for a lock.
            values.Add((IdleSessionTimeout, "'0'"));
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
            // The schema comes before the search_path that RESET ALL restores.
            values.Add(("search_path", Quote.Literal(string.Join(", ", new[] { Quote.Identifier(schema), facts.SearchPath }.Where(p => p.Length > 0)))));
        }

        return new SessionSettings(values, facts.SchemasWith(options.Schema));
    }

    private static string Column((string Name, string Value) setting) => $"pg_catalog.set_config('{setting.Name}', {setting.Value}, false)";

    // PostgreSQL's value for no limit is 0. It is set explicitly, because the role or the database may have set another value.
    private static string Milliseconds(TimeSpan? value)
        => value is { } limit ? string.Create(CultureInfo.InvariantCulture, $"'{Math.Max(1, (long)limit.TotalMilliseconds)}'") : "'0'";
}
