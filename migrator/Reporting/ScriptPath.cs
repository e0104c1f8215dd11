using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>Where a script is, as tools that show it beside a change want it: seen from the working folder.</summary>
internal static class ScriptPath
{
    /// <summary>With forward slashes; the whole path for a script that is not below the working folder.</summary>
    public static string FromHere(Script script)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, script.Path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? script.Path : relative.Replace('\\', '/');
    }
}
