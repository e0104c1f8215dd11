using Migrator.Tooling;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Support;

/// <summary>A folder with scripts, removed at the end.</summary>
public sealed class ScriptFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>Writes a script; its name may lead into a folder below.</summary>
    public string this[string name]
    {
        get => File.ReadAllText(Find(name));
        set
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Find(name))!);
            File.WriteAllText(Find(name), value);
        }
    }

    /// <summary>The migrations of the sample service, as version 1, 2 or 3 of it ships them.</summary>
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
