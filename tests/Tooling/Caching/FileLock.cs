namespace Migrator.Tooling.Caching;

/// <summary>
/// A lock between processes. The operating system drops it with its holder (.NET takes <c>flock</c> for
/// <see cref="FileShare.None"/>), so a killed run never leaves it behind; the empty file stays, which is harmless.
/// </summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until no other process holds the lock, without limit other than the token.</summary>
    public static async Task<FileLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolingException($"The folder of {path} cannot be made ({e.Message}); set MIGRATOR_CACHE to another.", e);
        }

        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                await Task.Delay(s_pause, cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
