using System.Globalization;
using Migrator.Tooling;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>A file of a volume.</summary>
/// <param name="Path">The path within the volume.</param>
/// <param name="Content">The content.</param>
/// <param name="Mode">The permission bits.</param>
internal sealed record ProjectedFile(string Path, byte[] Content, int Mode);

/// <summary>
/// Writes the files of a Secret, ConfigMap or downward API volume like the kubelet. The files are in a folder that is
/// named after the time. The link <c>..data</c> points to this folder, and each file name is a link through
/// <c>..data</c>. An update replaces <c>..data</c> atomically.
/// </summary>
/// <remarks>pkg/volume/util/atomic_writer.go</remarks>
internal static class ProjectedFiles
{
    private const string Data = "..data";

    public static void Write(string folder, IReadOnlyList<ProjectedFile> files)
    {
        Directory.CreateDirectory(folder);
        if (IsSame(folder, files))
        {
            return;
        }

        var name = string.Create(
            CultureInfo.InvariantCulture, $"..{DateTime.UtcNow:yyyy_MM_dd_HH_mm_ss}.{Random.Shared.Next(1_000_000_000):d10}");
        var fresh = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach (var file in files)
        {
            var path = Path.Combine(fresh, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, (UnixFileMode)(file.Mode & 0x1ff));
            }
        }

        var data = Path.Combine(folder, Data);
        var old = new FileInfo(data).LinkTarget;
        SymbolicLink.Replace(data, name);
        Link(folder, files);
        if (old is not null)
        {
            Directory.Delete(Path.Combine(folder, old), recursive: true);
        }
    }

    private static void Link(string folder, IReadOnlyList<ProjectedFile> files)
    {
        var names = files.Select(f => f.Path.Split('/')[0]).ToHashSet();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (!entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(entry.Name))
            {
                entry.Delete();
            }
        }

        foreach (var name in names)
        {
            var link = Path.Combine(folder, name);
            if (new FileInfo(link).LinkTarget is null)
            {
                File.CreateSymbolicLink(link, $"{Data}/{name}");
            }
        }
    }

    private static bool IsSame(string folder, IReadOnlyList<ProjectedFile> files)
    {
        var data = Path.Combine(folder, Data);
        if (!Directory.Exists(data))
        {
            return false;
        }

        var present = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(data, f))
            .ToHashSet();
        return present.SetEquals(files.Select(f => f.Path))
            && files.All(f => File.ReadAllBytes(Path.Combine(data, f.Path)).AsSpan().SequenceEqual(f.Content));
    }
}
