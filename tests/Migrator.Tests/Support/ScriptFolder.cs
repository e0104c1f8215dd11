using Migrator.Tooling;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Support;

/// <summary>A temporary folder with scripts.</summary>
public sealed class ScriptFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>Reads or writes a script. The name may contain a subfolder.</summary>
    public string this[string name]
    {
        get => File.ReadAllText(Find(name));
        set
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Find(name))!);
            File.WriteAllText(Find(name), value);
        }
    }

    /// <summary>Creates a folder with the migrations of a version, 1 to 5, of the sample service.</summary>
    public static ScriptFolder OfSample(int version)
    {
        var scripts = new ScriptFolder();
        foreach (var file in Enumerable.Range(1, version)
            .SelectMany(v => Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "Orders", "migrations", $"v{v}"))))
        {
            File.Copy(file, scripts.Find(System.IO.Path.GetFileName(file)), overwrite: true);
        }

        return scripts;
    }

    public void Remove(string name) => File.Delete(Find(name));

    public void Write(string name, byte[] content) => File.WriteAllBytes(Find(name), content);

    public void Dispose() => _folder.Dispose();

    private string Find(string name) => System.IO.Path.Combine(Path, name);
}
