using System.IO.Enumeration;

namespace Migrator.Scripts;

/// <summary>Reads the folders of <c>--dir</c> into a <see cref="ScriptSet"/>.</summary>
internal static class ScriptFolders
{
    // From this number of files, scripts are read in parallel. For fewer files, starting the threads takes longer than it saves.
    private const int ParallelThreshold = 500;

    // With the default options, an unreadable folder would look like an empty folder.
    private static readonly EnumerationOptions AllEntries = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    /// <summary>Reads all scripts, and reports all problems in one exception.</summary>
    /// <exception cref="MigrateException">A folder or script is missing or unreadable, a name is invalid, or two scripts have the same version or name (exit code 2).</exception>
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
            // A folder can be given twice, through a link, or together with one of its subfolders. Its files count only once.
            files = [.. Files(Path.GetFullPath(directory), RealPath(directory), []).Where(f => seen.Add(f.RealPath))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem("dir-unreadable", $"the scripts folder {directory} cannot be read: {ForeignText.Of(e.Message)}")
            {
                Advice = "Check its owner and mode. In a pod, the user of the container must be able to read it (fsGroup, defaultMode).",
            });
            return;
        }

        var read = new (Script? Script, Problem? Problem)[files.Length];
        if (files.Length < ParallelThreshold)
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
            if (UnixFile.Read(file.Path).SpecialType is { } type)
            {
                return (null, new Problem("script-type", $"{file.Path} is {type}, not a file")
                {
                    Script = file.Name,
                    Advice = "A script must be a regular file, or a link to one. Remove it from the scripts folder, or rename it.",
                });
            }

            return (Script.FromFile(name, file.Path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new Problem("script-unreadable", $"{file.Path} cannot be read: {ForeignText.Of(e.Message)}")
            {
                Script = file.Name,
                Advice = "Check its owner and mode. In a pod, the user of the container must be able to read it (fsGroup, defaultMode).",
            });
        }
    }

    /// <summary>
    /// The .sql files of a folder and its subfolders. Names that begin with a dot are skipped: a mounted ConfigMap stores
    /// its files in <c>..2024_01_01…</c> and links to them, so each file would be found twice.
    /// </summary>
    private static IEnumerable<ScriptFile> Files(string directory, string real, HashSet<string> visited)
    {
        // A link can point to a folder that is already being read.
        if (!visited.Add(real))
        {
            yield break;
        }

        // The directory entries contain all that is needed. FileInfo would need another system call for each file.
        var entries = new FileSystemEnumerable<(string Name, string Path, bool IsFolder)>(
            directory, (ref FileSystemEntry e) => (e.FileName.ToString(), e.ToFullPath(), e.IsDirectory), AllEntries)
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => !e.FileName.StartsWith('.'),
        };
        foreach ((string name, string path, bool isFolder) in entries.OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            // A folder with the name of a script is reported as an invalid script.
            bool isScript = Path.GetExtension(name.AsSpan()).Equals(".sql", StringComparison.OrdinalIgnoreCase);
            if (isFolder && !(isScript && ScriptName.TryParse(name, out _, out _)))
            {
                string realFolder = new DirectoryInfo(path).LinkTarget is null ? Path.Combine(real, name) : RealPath(path);
                foreach (ScriptFile file in Files(path, realFolder, visited))
                {
                    yield return file;
                }
            }
            else if (isScript)
            {
                yield return new ScriptFile(name, path, Path.Combine(real, name));
            }
        }
    }

    // Resolves all links, like realpath(3). The path leads to a folder that exists, so resolving its links ends.
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
        foreach (var duplicates in scripts.GroupBy(s => (s.Kind, Key: (object?)s.Version ?? s.FileName)).Where(g => g.Count() > 1))
        {
            string identity = duplicates.First().Version is { } version ? $"version {version}" : "the same name";
            string files = string.Join(", ", duplicates.Select(s => s.Path));
            problems.Add(new Problem("script-duplicate", $"{duplicates.Count()} scripts have {identity}: {files}")
            {
                Script = duplicates.First().FileName,
                Advice = "Give each script its own version or name (leading zeros in versions are ignored), or remove one of them.",
            });
        }
    }

    private static Problem MissingFolder(string directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            return new Problem("dir-missing", "--dir (MIGRATE_DIR) is empty") { Advice = "Set it to the folder that contains the scripts." };
        }

        string full;
        try
        {
            full = Path.GetFullPath(directory);
        }
        catch (IOException)
        {
            return new Problem("dir-missing", $"the scripts folder {directory} does not exist: the working directory was deleted") { Advice = "Run the command in a directory that exists, or set --dir (MIGRATE_DIR) to an absolute path." };
        }

        return File.Exists(full)
            ? new Problem("dir-missing", $"--dir {directory} is a file, not a folder") { Advice = "Set it to the folder that contains the scripts." }
            : new Problem("dir-missing", $"the scripts folder {directory} does not exist ({full})")
            {
                Advice = "Check --dir (MIGRATE_DIR), and check that the image or the volume contains the scripts.",
            };
    }

    private readonly record struct ScriptFile(string Name, string Path, string RealPath);
}
