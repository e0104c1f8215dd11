using System.Runtime.InteropServices;

namespace Orders;

/// <summary><c>orders migrate …</c>: hands over to the <c>migrate</c> executable beside this program.</summary>
internal static partial class MigrateCommand
{
    /// <summary>
    /// Becomes the migrator: same process, same streams, same environment, and its exit code. Returns only when there
    /// is no migrator to become.
    /// </summary>
    /// <remarks>
    /// The process is replaced instead of starting a child, because this one is what Kubernetes (or a shell) knows. Its
    /// SIGTERM must reach the migrator, which then cancels its statement on the server, rolls back and exits 143. A
    /// parent in between would have to forward every signal, and killed itself it would leave an orphan at work on
    /// the database that nobody waits for.
    /// </remarks>
    public static int Run(string[] args)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SettingsException("`migrate` needs Unix: use the container image, or run migrate by itself.");
        }

        string migrate = Path.Combine(AppContext.BaseDirectory, "migrate");

        // As a variable and not as a `--dir`: that the migrator's own flag wins over it, and which of its commands know
        // the flag at all, is then the migrator's business. By setenv, because what .NET sets in its own copy of the
        // environment is not what execv passes on.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MIGRATE_DIR")))
        {
            _ = SetEnv("MIGRATE_DIR", Path.Combine(AppContext.BaseDirectory, "migrations"), overwrite: 1);
        }

        // C wants the program's name first and a null at the end.
        _ = ExecV(migrate, [migrate, .. args, null]);

        throw new SettingsException($"cannot run {migrate}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ExecV(string path, string?[] argv);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
