using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Recognizes statements that reset a setting of the session to the value with which the session started.</summary>
internal static class SettingReset
{
    /// <summary>The result for a statement that resets all settings.</summary>
    public const string All = "all";

    private const string LockTimeout = "lock_timeout";

    /// <summary>
    /// Gets the setting that a statement resets: RESET, DISCARD ALL, or SET … TO DEFAULT. A <c>lock_timeout</c> of 0 counts as a reset, too.
    /// </summary>
    /// <returns>The name in lower case; <see cref="All"/> for all settings; null for any other statement.</returns>
    public static string? Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("discard"))
        {
            return reader.Is("all") ? All : null;
        }

        if (reader.Skip("reset"))
        {
            return reader.Value.ToLowerInvariant();
        }

        StatementReader other = reader;
        if (reader.SkipSet(out _) is { } name && reader.Is("default"))
        {
            return name.ToLowerInvariant();
        }

        return LockTimeoutReader.Read(ref other, statement) is { } set && LockTimeoutReader.IsOff(set.Expression) ? LockTimeout : null;
    }
}
