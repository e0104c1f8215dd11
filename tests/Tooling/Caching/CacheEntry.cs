namespace Migrator.Tooling.Caching;

/// <summary>A folder that is created once, completely or not at all.</summary>
public static class CacheEntry
{
    /// <summary>
    /// Returns <paramref name="folder"/>. If it does not exist, <paramref name="build"/> creates its content first.
    /// Safe for concurrent processes, and after a run that was killed during <paramref name="build"/>.
    /// </summary>
    /// <param name="folder">The entry's absolute path.</param>
    /// <param name="build">
    /// Creates the content in a given empty folder, which is then renamed to <paramref name="folder"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait and the build.</param>
    public static async Task<string> GetOrCreateAsync(
        string folder, Func<string, CancellationToken, Task> build, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            return folder;
        }

        using var fileLock = await FileLock.AcquireAsync(folder + ".lock", cancellationToken);
        if (!Directory.Exists(folder))
        {
            // This process has the lock, so an existing partial folder was left by a killed run.
            var partial = folder + ".partial";
            DeleteIfExists(partial);
            Directory.CreateDirectory(partial);
            try
            {
                await build(partial, cancellationToken);
                Directory.Move(partial, folder);
            }
            catch
            {
                DeleteIfExists(partial);
                throw;
            }
        }

        return folder;
    }

    private static void DeleteIfExists(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
