namespace Migrator.Scripts;

/// <summary>Reads the folders of <c>--dir</c> into a <see cref="ScriptSet"/>.</summary>
internal static class ScriptFolders
{
    /// <summary>Reads every script, and reports everything that is wrong with their names at once.</summary>
    /// <exception cref="MigrateException">A folder is missing or unreadable, a name is bad, or two scripts are the same one.</exception>
    public static ScriptSet Read(IReadOnlyList<string> directories)
    {
        var problems = new List<Problem>();
        var scripts = new List<Script>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string directory in directories)
        {
            if (!Directory.Exists(directory))
            {
                problems.Add(MissingFolder(directory));
                continue;
            }

            ReadFolder(directory, seen, scripts, problems);
        }

        AddDuplicates(scripts, problems);
        if (problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, problems);
        }

        return new ScriptSet(
            [.. scripts.Where(s => s.Kind == ScriptKind.Versioned).OrderBy(s => s.Version)],
            [.. scripts.Where(s => s.Kind == ScriptKind.Repeatable).OrderBy(s => s.FileName, StringComparer.Ordinal)],
            [.. scripts.Where(s => s.Kind == ScriptKind.Undo).OrderBy(s => s.Version)]);
    }

    private static void ReadFolder(string directory, HashSet<string> seen, List<Script> scripts, List<Problem> problems)
    {
        try
        {
            // The same folder given twice, or a folder and one below it, is no duplicate.
            foreach (FileInfo file in Files(new DirectoryInfo(directory), []).Where(f => seen.Add(f.FullName)))
            {
                ReadOne(file, scripts, problems);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem("dir-unreadable", $"the scripts folder {directory} cannot be read: {e.Message}")
            {
                Advice = "Check its owner and mode: in a pod the container's user has to read it (fsGroup, defaultMode).",
            });
        }
    }

    private static void ReadOne(FileInfo file, List<Script> scripts, List<Problem> problems)
    {
        if (!ScriptName.TryParse(file.Name, out ScriptName? name, out Problem? problem))
        {
            problems.Add(problem);
            return;
        }

        try
        {
            scripts.Add(new Script(name, file.FullName, File.ReadAllBytes(file.FullName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem("script-unreadable", $"{file.FullName} cannot be read: {e.Message}")
            {
                Script = file.Name,
                Advice = "Check its owner and mode: in a pod the container's user has to read it (fsGroup, defaultMode).",
            });
        }
    }

    /// <summary>
    /// The .sql files of a folder and those below it. Names that begin with a dot are skipped: a mounted ConfigMap
    /// keeps its files in <c>..2024_01_01…</c> and links to them, so each would be found twice.
    /// </summary>
    private static IEnumerable<FileInfo> Files(DirectoryInfo directory, HashSet<string> visited)
    {
        // A linked folder may lead back to where we came from.
        if (!visited.Add(directory.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? directory.FullName))
        {
            yield break;
        }

        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos()
            .Where(e => !e.Name.StartsWith('.'))
            .OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo below)
            {
                foreach (FileInfo file in Files(below, visited))
                {
                    yield return file;
                }
            }
            else if (entry is FileInfo file && file.Extension.Equals(".sql", StringComparison.OrdinalIgnoreCase))
            {
                yield return file;
            }
        }
    }

    private static void AddDuplicates(List<Script> scripts, List<Problem> problems)
    {
        foreach (var twins in scripts.GroupBy(s => (s.Kind, Key: (object?)s.Version ?? s.FileName)).Where(g => g.Count() > 1))
        {
            string what = twins.First().Version is { } version ? $"version {version}" : "one name";
            string files = string.Join(", ", twins.Select(s => s.Path));
            problems.Add(new Problem("script-duplicate", $"{twins.Count()} scripts have {what}: {files}")
            {
                Script = twins.First().FileName,
                Advice = "Give each its own version (numbers are compared without leading zeros), or remove one.",
            });
        }
    }

    private static Problem MissingFolder(string directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            return new Problem("dir-missing", "--dir (MIGRATE_DIR) is empty") { Advice = "Name the folder that holds the scripts." };
        }

        string full = Path.GetFullPath(directory);
        return File.Exists(full)
            ? new Problem("dir-missing", $"--dir {directory} is a file, not a folder") { Advice = "Name the folder that holds the scripts." }
            : new Problem("dir-missing", $"the scripts folder {directory} does not exist ({full})")
            {
                Advice = "Check --dir (MIGRATE_DIR), and that the image or the volume holds the scripts.",
            };
    }
}
