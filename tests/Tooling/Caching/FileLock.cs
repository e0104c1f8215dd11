namespace Migrator.Tooling.Caching;

/// <summary>
/// A lock between processes. .NET uses <c>flock</c> for <see cref="FileShare.None"/>, so the operating system releases
/// the lock when the process ends, even if it is killed. The empty lock file stays, which is harmless.
/// </summary>
public sealed class FileLock : IDisposable
{
    // EWOULDBLOCK on Linux. .NET reports it if another process holds the lock.
    private const int WouldBlock = 11;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Acquires the lock. Waits without a time limit, until cancelled.</summary>
    /// <exception cref="ToolingException">The lock file cannot be created.</exception>
    public static async Task<FileLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                await Task.Delay(s_pause, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ToolingException($"Cannot create the lock file {path}: {e.Message}", e);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
