using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>The path of a script for code review tools: relative to the working folder.</summary>
internal static class ScriptPath
{
    /// <summary>
    /// Returns the path with forward slashes; the absolute path for a script outside the working folder.
    /// </summary>
    public static string RelativeToWorkingFolder(Script script)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, script.Path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? script.Path : relative.Replace('\\', '/');
    }
}
