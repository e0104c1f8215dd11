using System.Text;

namespace Migrator.Configuration;

/// <summary>
/// Reads the passwords of a password file, to mask them and to prepare them by SASLprep. Npgsql reads the file itself to log in with a password as it is
/// (https://www.postgresql.org/docs/current/libpq-pgpass.html).
/// </summary>
internal static class PasswordFile
{
    private const int PasswordField = 4;

    /// <summary>Returns all passwords of a file; none if the file cannot be read.</summary>
    /// <param name="path">The path; null for <c>~/.pgpass</c>.</param>
    public static IReadOnlyList<string> Passwords(string? path) => [.. Entries(path).Select(e => e[PasswordField])];

    /// <summary>Returns the first password of a file that is for a host, port, database and user; null if there is none.</summary>
    /// <param name="path">The path; null for <c>~/.pgpass</c>.</param>
    /// <param name="connection">The host, port, database and user.</param>
    public static string? Find(string? path, params string[] connection)
        => Entries(path).FirstOrDefault(e => connection.Zip(e).All(f => f.Second == "*" || f.First == f.Second))?[PasswordField];

    private static IReadOnlyList<string[]> Entries(string? path)
    {
        path ??= Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pgpass");
        try
        {
            if (File.Exists(path))
            {
                UnixFile.ThrowIfSpecial(path);
            }

            return File.Exists(path) ? [.. File.ReadLines(path).Where(l => !l.StartsWith('#')).Select(Fields).Where(f => f.Length > PasswordField)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // host:port:database:user:password. A backslash escapes the next character.
    private static string[] Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == ':' && fields.Count < PasswordField)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                i += line[i] == '\\' && i + 1 < line.Length ? 1 : 0;
                field.Append(line[i]);
            }
        }

        return [.. fields, field.ToString()];
    }
}
