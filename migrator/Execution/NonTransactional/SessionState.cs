using System.Text.Json;
using Migrator.Database;

namespace Migrator.Execution.NonTransactional;

/// <summary>
/// The state of the session after a step of an <c>-- evolve-tx-off</c> script: the settings with the source <c>session</c> in <c>pg_settings</c>, and
/// the role. It is stored with the step, so that a run that resumes the script can restore it.
/// </summary>
internal static class SessionState
{
    private const string Setting = "migrate.session";
    private const string Role = "role";
    private const string User = "user";
    private const string Settings = "settings";
    private const string Custom = "custom";

    /// <summary>
    /// Gets the statement that keeps the state until the end of the transaction. It is sent with the search path of the script, which is a part of
    /// the state, so it names every function and operator with its schema (<see cref="TrustedBatch"/>). The settings of a transaction end with it.
    /// </summary>
    /// <param name="customSettings">The settings with a dot in their name that the script sets. PostgreSQL does not list them.</param>
    public static string CaptureStatement(IReadOnlyList<string> customSettings) => $"""
        SELECT pg_catalog.set_config('{Setting}', (
            SELECT pg_catalog.json_build_object('{Role}', pg_catalog.current_setting('role'), '{User}', session_user::pg_catalog.text,
                                                '{Settings}', pg_catalog.json_object_agg(s.name, s.setting),
                                                '{Custom}', pg_catalog.json_build_object({string.Join(", ", customSettings.Select(n => $"{Quote.Literal(n)}, pg_catalog.current_setting({Quote.Literal(n)}, true)"))}))::pg_catalog.text
              FROM pg_catalog.pg_show_all_settings() s
             WHERE s.source OPERATOR(pg_catalog.=) 'session' AND s.name OPERATOR(pg_catalog.<>) ALL (ARRAY['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'])), true)
        """;

    /// <summary>
    /// Gets the SQL expression for the captured state, without what the next run sets itself: its own settings, and its login.
    /// </summary>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="login">The role that the session has logged in as.</param>
    public static string Expression(SessionSettings settings, string login) => $"""
        (SELECT json_build_object('{Role}', s ->> '{Role}', '{User}', nullif(s ->> '{User}', {Quote.Literal(login)}), '{Custom}', s -> '{Custom}',
                                  '{Settings}', (SELECT json_object_agg(key, value) FROM json_each_text(nullif((s -> '{Settings}')::text, 'null')::json)
                                                WHERE (key, value) NOT IN ({settings.Pairs})))::text
           FROM (SELECT current_setting('{Setting}')::json) AS c (s))
        """;

    /// <summary>Gets the statements that restore a state.</summary>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="state">The stored state.</param>
    public static IReadOnlyList<string> RestoreStatements(SessionSettings settings, string state)
    {
        using JsonDocument document = JsonDocument.Parse(state);
        JsonElement root = document.RootElement;
        var columns = new List<string>();
        foreach (string part in new[] { Settings, Custom })
        {
            if (root.TryGetProperty(part, out JsonElement values) && values.ValueKind == JsonValueKind.Object)
            {
                columns.AddRange(values.EnumerateObject().Where(v => v.Value.ValueKind == JsonValueKind.String).Select(v => Column(v.Name, v.Value.GetString())));
            }
        }

        // A superuser may have changed to a role that must not change a setting, so the roles come last.
        if (root.GetProperty(User).GetString() is { } user)
        {
            columns.Add(Column("session_authorization", user));
        }

        columns.Add(Column("role", root.GetProperty(Role).GetString()));
        return [.. settings.PartialResetStatements, .. columns.Select(c => $"SELECT {c}")];
    }

    private static string Column(string name, string? value) => $"pg_catalog.set_config({Quote.Literal(name)}, {Quote.Literal(value)}, false)";
}
