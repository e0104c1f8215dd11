using System.Text;

namespace Migrator.Configuration;

/// <summary>
/// Reads the passwords of a password file, so that they can be masked. Npgsql reads the file itself to log in
/// (https://www.postgresql.org/docs/current/libpq-pgpass.html).
/// </summary>
internal static class PasswordFile
{
    private const int PasswordField = 4;

    /// <summary>Returns all passwords of a file; none if the file cannot be read.</summary>
    /// <param name="path">The path; null for <c>~/.pgpass</c>.</param>
    public static IReadOnlyList<string> Passwords(string? path)
    {
        path ??= Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pgpass");
        try
        {
            return File.Exists(path) ? [.. File.ReadLines(path).Where(l => !l.StartsWith('#')).Select(Password).OfType<string>()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // host:port:database:user:password. A backslash escapes the next character.
    private static string? Password(string line)
    {
        var field = new StringBuilder();
        int number = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == ':' && number < PasswordField)
            {
                number++;
                field.Clear();
            }
            else
            {
                i += line[i] == '\\' && i + 1 < line.Length ? 1 : 0;
                field.Append(line[i]);
            }
        }

        return number == PasswordField ? field.ToString() : null;
    }
}
