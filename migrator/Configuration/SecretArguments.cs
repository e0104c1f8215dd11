namespace Migrator.Configuration;

/// <summary>
/// Masks connections and passwords on the command line and in the environment before any message is written. Otherwise the error
/// message for a misspelt option, or for a URL in the wrong variable, would contain the password.
/// </summary>
internal static class SecretArguments
{
    private static readonly string[] SecretNames = ["pass", "pwd", "secret", "token"];

    /// <summary>Masks the secrets of a command line.</summary>
    /// <param name="arguments">All arguments.</param>
    /// <param name="unmatched">The arguments that the parser does not recognize.</param>
    /// <param name="redactor">Receives the secrets.</param>
    public static void Hide(IEnumerable<string> arguments, IReadOnlyList<string> unmatched, Redactor redactor)
    {
        foreach (string argument in arguments)
        {
            int equals = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            string value = argument[(equals + 1)..];
            if (IsConnection(value))
            {
                HidePassword(value, redactor);
            }
        }

        for (int i = 0; i < unmatched.Count; i++)
        {
            // Forms that other tools accept: -password=…, --password …, PGPASSWORD=….
            int equals = unmatched[i].IndexOf('=', StringComparison.Ordinal);
            if (IsSecretName(equals < 0 ? unmatched[i] : unmatched[i][..equals]))
            {
                redactor.Hide(equals >= 0 ? unmatched[i][(equals + 1)..] : unmatched.ElementAtOrDefault(i + 1));
            }
        }
    }

    /// <summary>Masks the passwords of connections in the environment, in whichever variable of migrate or libpq they are.</summary>
    /// <param name="environment">The environment variables.</param>
    /// <param name="redactor">Receives the secrets.</param>
    public static void Hide(IReadOnlyDictionary<string, string> environment, Redactor redactor)
    {
        foreach ((string name, string value) in environment)
        {
            if ((name == "DATABASE_URL" || name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("MIGRATE_", StringComparison.Ordinal)) && IsConnection(value))
            {
                HidePassword(value, redactor);
            }
        }
    }

    private static bool IsSecretName(string name)
        => name == "-p" || (name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && SecretNames.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase)));

    private static bool IsConnection(string value)
        => PostgresUrl.IsUrl(value)
        || (value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal))
        || value.Contains("password=", StringComparison.OrdinalIgnoreCase)
        || value.Contains("pwd=", StringComparison.OrdinalIgnoreCase);

    private static void HidePassword(string value, Redactor redactor)
    {
        string? password;
        try
        {
            password = ConnectionSettings.Parse(value).GetValueOrDefault("password");
        }
        catch (FormatException)
        {
            password = value;
        }

        redactor.Hide(password);
    }
}
