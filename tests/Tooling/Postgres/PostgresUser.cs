using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// The user that runs PostgreSQL: the current user, or "nobody" if that is root, because PostgreSQL refuses to run as
/// root.
/// </summary>
internal static class PostgresUser
{
    /// <summary>The user and group "nobody" on all current Linux distributions (the kernel's overflow ID).</summary>
    private const uint Nobody = 65534;

    /// <summary>The user's name. The names of cached data folders contain it.</summary>
    public static string Name => Environment.IsPrivilegedProcess ? "nobody" : Environment.UserName;

    /// <summary>Makes the user the owner of a file or folder, and removes all access of other users.</summary>
    public static void MakeOwner(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (Environment.IsPrivilegedProcess)
        {
            Libc.ChangeOwner(path, Nobody, Nobody);
        }
    }

    /// <summary>
    /// Returns the command that runs a program as the user. setpriv replaces itself with the program, so the process ID
    /// stays the same.
    /// </summary>
    public static (string Program, IEnumerable<string> Arguments) Wrap(string program, IEnumerable<string> arguments) =>
        Environment.IsPrivilegedProcess
            ? ("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", program, .. arguments])
            : (program, arguments);
}
