using System.Runtime.InteropServices;

namespace Orders;

/// <summary><c>orders migrate …</c>: executes the <c>migrate</c> program in this program's folder.</summary>
internal static partial class MigrateCommand
{
    /// <summary>
    /// Replaces this process with the migrator (<c>execv</c>), which keeps the process ID, the streams and the
    /// environment. Never returns.
    /// </summary>
    /// <remarks>
    /// Kubernetes (or a shell) sends SIGTERM to this process. The signal must reach the migrator, which then cancels
    /// its statement on the server, rolls back and exits with 143. A parent process would have to forward every signal.
    /// If the parent were killed, the migrator would continue to change the database without supervision.
    /// </remarks>
    /// <exception cref="SettingsException">The migrator cannot be executed.</exception>
    public static int Run(string[] args)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SettingsException("`orders migrate` does not work on Windows. Use the container image, or run `migrate` directly.");
        }

        string migrate = Path.Combine(AppContext.BaseDirectory, "migrate");

        // A variable instead of `--dir`, because not every command has that flag, and a flag from the user must take
        // precedence. setenv, because execv does not pass on variables that .NET sets in its own copy of the
        // environment.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MIGRATE_DIR")))
        {
            _ = SetEnv("MIGRATE_DIR", Path.Combine(AppContext.BaseDirectory, "migrations"), overwrite: 1);
        }

        // execv expects the program's name as the first argument and a null pointer at the end.
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
