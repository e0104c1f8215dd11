using System.IO.Enumeration;

namespace Migrator.Scripts;

/// <summary>Reads the folders of <c>--dir</c> into a <see cref="ScriptSet"/>.</summary>
internal static class ScriptFolders
{
    // From here on the cores share the reading; below, to wake them takes longer.
    private const int ManyFiles = 500;

    // The default leaves out what cannot be read, and would call it an empty folder.
    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

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
        ScriptFile[] files;
        try
        {
            // The same folder given twice, under another name, or with one below it, is no duplicate.
            files = [.. Files(Path.GetFullPath(directory), RealPath(directory), []).Where(f => seen.Add(f.RealPath))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem("dir-unreadable", $"the scripts folder {directory} cannot be read: {e.Message}")
            {
                Advice = "Check its owner and mode: in a pod the container's user has to read it (fsGroup, defaultMode).",
            });
            return;
        }

        var read = new (Script? Script, Problem? Problem)[files.Length];
        if (files.Length < ManyFiles)
        {
            for (int i = 0; i < files.Length; i++)
            {
                read[i] = ReadOne(files[i]);
            }
        }
        else
        {
            Parallel.For(0, files.Length, i => read[i] = ReadOne(files[i]));
        }

        scripts.AddRange(read.Select(r => r.Script).OfType<Script>());
        problems.AddRange(read.Select(r => r.Problem).OfType<Problem>());
    }

    private static (Script? Script, Problem? Problem) ReadOne(ScriptFile file)
    {
        if (!ScriptName.TryParse(file.Name, out ScriptName? name, out Problem? problem))
        {
            return (null, problem);
        }

        try
        {
            return (Script.OfFile(name, file.Path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new Problem("script-unreadable", $"{file.Path} cannot be read: {e.Message}")
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
    private static IEnumerable<ScriptFile> Files(string directory, string real, HashSet<string> visited)
    {
        // A linked folder may lead back to where we came from.
        if (!visited.Add(real))
        {
            yield break;
        }

        // What the folder's own list says is enough: FileInfo would ask the file system about each file once more.
        var entries = new FileSystemEnumerable<(string Name, string Path, bool IsFolder)>(
            directory, (ref FileSystemEntry e) => (e.FileName.ToString(), e.ToFullPath(), e.IsDirectory), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => !e.FileName.StartsWith('.'),
        };
        foreach ((string name, string path, bool isFolder) in entries.OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (isFolder)
            {
                string there = new DirectoryInfo(path).LinkTarget is null ? Path.Combine(real, name) : RealPath(path);
                foreach (ScriptFile file in Files(path, there, visited))
                {
                    yield return file;
                }
            }
            else if (Path.GetExtension(name.AsSpan()).Equals(".sql", StringComparison.OrdinalIgnoreCase))
            {
                yield return new ScriptFile(name, path, Path.Combine(real, name));
            }
        }
    }

    // Without links, as realpath(3); of a folder that is there, so that it comes to an end.
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : next;
        }

        return real;
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

        string full;
        try
        {
            full = Path.GetFullPath(directory);
        }
        catch (IOException)
        {
            return new Problem("dir-missing", $"the scripts folder {directory} does not exist: the working folder was deleted") { Advice = "Run it in a folder that is there, or name --dir (MIGRATE_DIR) from the root." };
        }

        return File.Exists(full)
            ? new Problem("dir-missing", $"--dir {directory} is a file, not a folder") { Advice = "Name the folder that holds the scripts." }
            : new Problem("dir-missing", $"the scripts folder {directory} does not exist ({full})")
            {
                Advice = "Check --dir (MIGRATE_DIR), and that the image or the volume holds the scripts.",
            };
    }

    private readonly record struct ScriptFile(string Name, string Path, string RealPath);
}
