using Migrator.Tooling;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Support;

/// <summary>A folder as the kubelet mounts a Secret. The files are symbolic links through <c>..data</c>, which an update replaces
/// atomically.</summary>
public sealed class MountedSecret : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _number;

    /// <summary>Mounts a Secret with values by file name.</summary>
    public MountedSecret(params (string Name, string Value)[] files)
    {
        Replace(files);
        foreach (var (name, _) in files)
        {
            File.CreateSymbolicLink(Path.Combine(_folder.Path, name), Path.Combine("..data", name));
        }
    }

    /// <summary>The path of the folder.</summary>
    public string MountPath => _folder.Path;

    /// <summary>Replaces the values as an update of the Secret does (kubernetes/pkg/volume/util/atomic_writer.go).</summary>
    public void Replace(params (string Name, string Value)[] files)
    {
        var version = $"..2024_01_01_00_00_{++_number:00}.1";
        Directory.CreateDirectory(Path.Combine(_folder.Path, version));
        foreach (var (name, value) in files)
        {
            File.WriteAllText(Path.Combine(_folder.Path, version, name), value);
        }

        SymbolicLink.Replace(Path.Combine(_folder.Path, "..data"), version);
    }

    public void Dispose() => _folder.Dispose();
}
