using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Migrator.Tooling.Processes;

/// <summary>Functions of the C library that .NET does not provide.</summary>
internal static partial class Libc
{
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (chown(path, user, group) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Sends a signal. Does nothing if the process has ended.</summary>
    public static void Signal(int processId, Signal signal)
    {
        const int NoSuchProcess = 3;
        if (kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>Renames a file, folder or link atomically. Replaces an existing target.</summary>
    /// <exception cref="IOException">The rename failed.</exception>
    public static void Rename(string from, string to)
    {
        if (rename(from, to) != 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            throw new IOException($"Cannot rename {from} to {to}: {error.Message}", error);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);
}
