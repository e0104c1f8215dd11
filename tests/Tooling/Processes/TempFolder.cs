namespace Migrator.Tooling.Processes;

/// <summary>A private folder that is removed when disposed, and in any case with the run.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>The folder's absolute path.</summary>
    public string Path { get; } = RunFolder.NewFolder("temp");

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
