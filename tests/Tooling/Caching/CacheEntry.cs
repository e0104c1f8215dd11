namespace Migrator.Tooling.Caching;

/// <summary>A folder that is made once, whole or not at all, whoever asks first.</summary>
public static class CacheEntry
{
    /// <summary>
    /// Returns <paramref name="folder"/>, after <paramref name="build"/> has filled it if it did not exist.
    /// Safe between processes, and after a run that was killed half way.
    /// </summary>
    /// <param name="folder">The entry's absolute path.</param>
    /// <param name="build">
    /// Fills the (empty) folder it is given, which is then renamed to <paramref name="folder"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting and the building.</param>
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
            // The lock is ours, so whatever lies here was left behind by a run that was killed.
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
