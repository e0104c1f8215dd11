using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>Whom PostgreSQL runs as: us, or, since it refuses to run as root, "nobody".</summary>
internal static class PostgresUser
{
    /// <summary>The user and group "nobody" on every Linux distribution in use (the kernel's overflow id).</summary>
    private const uint Nobody = 65534;

    /// <summary>Distinguishes data folders by their owner.</summary>
    public static string Name => Environment.IsPrivilegedProcess ? "nobody" : Environment.UserName;

    /// <summary>Makes a folder the user's own, with nothing in it for others.</summary>
    public static void Own(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (Environment.IsPrivilegedProcess)
        {
            Libc.ChangeOwner(folder, Nobody, Nobody);
        }
    }

    /// <summary>
    /// The program and arguments that run a program as the user. setpriv becomes the program: the process id stays.
    /// </summary>
    public static (string Program, IEnumerable<string> Arguments) Wrap(string program, IEnumerable<string> arguments) =>
        Environment.IsPrivilegedProcess
            ? ("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", program, .. arguments])
            : (program, arguments);
}
