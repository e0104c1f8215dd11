namespace Migrator.Tooling.Processes;

/// <summary>A private folder that is deleted when disposed, or at the latest when this process ends.</summary>
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
