namespace Migrator.Configuration;

/// <summary>
/// Hides what looks like a connection on the command line, before anything about it is said: a misspelt option would be
/// repeated in the error, password and all.
/// </summary>
internal static class SecretArguments
{
    public static void Hide(IEnumerable<string> arguments, Redactor redactor)
    {
        foreach (string argument in arguments)
        {
            int equals = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            string value = argument[(equals + 1)..];
            if (!PostgresUrl.IsUrl(value) && !value.Contains("password=", StringComparison.OrdinalIgnoreCase) && !value.Contains("pwd=", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            try
            {
                redactor.Hide(ConnectionSettings.Parse(value).GetValueOrDefault("password"));
            }
            catch (FormatException)
            {
                redactor.Hide(value);
            }
        }
    }
}
