using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Running;

/// <summary>Runs a root file system as a container runtime would, without one; as root.</summary>
internal static class Chroot
{
    // In a mount namespace of its own, so that all of it is gone with the process, and on hard links to the image's
    // files, so that the mount points, made as a runtime makes them, are this run's alone. chroot looks the program up
    // in PATH, inside, and gives up root and its capabilities.
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

    // What every runtime provides.
    private static readonly string[] s_system = ["/proc", "/dev/null", "/dev/urandom", "/etc/hosts", "/etc/resolv.conf"];

    /// <summary>The command that runs it once.</summary>
    /// <param name="image">The image's root, in a folder that nothing changes.</param>
    /// <param name="config">What the image says of itself.</param>
    /// <param name="run">What is wanted of it.</param>
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
