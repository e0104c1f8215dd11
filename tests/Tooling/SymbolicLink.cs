using Migrator.Tooling.Processes;

namespace Migrator.Tooling;

/// <summary>Replaces symbolic links atomically, as the kubelet replaces <c>..data</c> in a mounted Secret.</summary>
public static class SymbolicLink
{
    /// <summary>Creates or replaces a link. A reader sees either the old or the new target.</summary>
    /// <param name="path">The link's path. An existing link is replaced.</param>
    /// <param name="target">The target of the link.</param>
    /// <exception cref="IOException">The link cannot be created or replaced.</exception>
    public static void Replace(string path, string target)
    {
        var fresh = path + "_tmp";
        File.CreateSymbolicLink(fresh, target);
        // File.Move does not support a link to a folder.
        Libc.Rename(fresh, path);
    }
}
