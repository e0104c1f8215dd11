using System.Runtime.InteropServices;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Ends what a process has left behind.</summary>
internal static partial class ProcessGroup
{
    private const int Kill = 9;

    /// <summary>
    /// Kills the members of a group whose leader has ended. (The first process of a container takes all others with it.)
    /// </summary>
    public static void KillRest(int leader) => _ = SendSignal(-leader, Kill);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
