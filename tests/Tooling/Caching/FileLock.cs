namespace Migrator.Tooling.Caching;

/// <summary>
/// A lock between processes. The operating system drops it with its holder (.NET takes <c>flock</c> for
/// <see cref="FileShare.None"/>), so a killed run never leaves it behind; the empty file stays, which is harmless.
/// </summary>
public sealed class FileLock : IDisposable
{
    // EWOULDBLOCK on Linux, which .NET passes on when another holds the lock.
    private const int WouldBlock = 11;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until no other process holds the lock, without limit other than the token.</summary>
    /// <exception cref="ToolingException">The file cannot be made.</exception>
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
                throw new ToolingException($"The lock file {path} cannot be made: {e.Message}", e);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
