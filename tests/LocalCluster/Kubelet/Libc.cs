using System.Runtime.InteropServices;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>What .NET has no call for.</summary>
internal static partial class Libc
{
    private const int KillSignal = 9;

    /// <summary>
    /// Kills the members of a group whose leader has ended. (The first process of a container takes all others with it.)
    /// </summary>
    public static void KillRest(int leader) => _ = Kill(-leader, KillSignal);

    /// <summary>Renames at once, over what is there; File.Move does not take links to folders.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Replace(string from, string to)
    {
        if (Rename(from, to) != 0)
        {
            throw new IOException($"{from} cannot be renamed to {to}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
