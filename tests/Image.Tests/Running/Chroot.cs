using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Running;

/// <summary>Runs a root file system like a container runtime, but with chroot. It needs root.</summary>
internal static class Chroot
{
    // A separate mount namespace removes all mounts when the process ends. Hard links to the image's files give each
    // run its own mount points. chroot finds the program in the PATH inside the root, and drops root and its
    // capabilities.
    private const string Script = """
        set -eu
        cp -al "$1/." "$2"
        root=$2
        shift 2
        mount --bind "$root" "$root"
        while [ "$1" != -- ]; do
            at=$root$2
            if [ -d "$1" ]; then mkdir -p "$at"; else mkdir -p "${at%/*}"; : >>"$at"; fi
            mount --bind "$1" "$at"
            [ "$3" = rw ] || mount -o remount,bind,ro "$at"
            shift 3
        done
        shift
        mount -o remount,bind,ro "$root"
        exec env -i "$@"
        """;

    // Files that every container runtime provides.
    private static readonly string[] s_system = ["/proc", "/dev/null", "/dev/urandom", "/etc/hosts", "/etc/resolv.conf"];

    /// <summary>Returns the command for one run.</summary>
    /// <param name="image">The folder with the image's root file system. It is not changed.</param>
    /// <param name="config">The image's configuration.</param>
    /// <param name="run">The options of the run.</param>
    public static IReadOnlyList<string> Command(string image, ImageConfig config, ContainerRun run)
    {
        var command = run.Command ?? [.. config.Entrypoint, .. run.Arguments ?? config.Command];
        var folder = RunFolder.NewFolder("run");
        return
        [
            "unshare", "--mount", "--propagation", "private", "--", "sh", "-c", Script, "chroot", image, folder,
            .. s_system.SelectMany(file => (string[])[file, file, file.StartsWith("/etc/", StringComparison.Ordinal) ? "ro" : "rw"]),
            .. run.Mounts.SelectMany(mount => (string[])[mount.Value, mount.Key, "ro"]),
            "--",
            .. config.Environment.Concat(run.Environment).Select(variable => $"{variable.Key}={variable.Value}"),
            "/usr/sbin/chroot", $"--userspec={config.User}", "--groups=", folder, .. command,
        ];
    }
}
