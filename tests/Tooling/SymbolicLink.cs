using Migrator.Tooling.Processes;

namespace Migrator.Tooling;

/// <summary>Symbolic links that are replaced in one step, as the kubelet replaces <c>..data</c> in a mounted Secret.</summary>
public static class SymbolicLink
{
    /// <summary>Lets a link point to a target. A reader sees either the old or the new target.</summary>
    /// <param name="path">The link's path; a link that is there is replaced.</param>
    /// <param name="target">Where it points to.</param>
    /// <exception cref="IOException">The link cannot be made or replaced.</exception>
    public static void Replace(string path, string target)
    {
        var fresh = path + "_tmp";
        File.CreateSymbolicLink(fresh, target);
        // File.Move refuses a link to a folder.
        Libc.Rename(fresh, path);
    }
}
