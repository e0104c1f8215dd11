using System.Globalization;
using Migrator.Tests.Support;

namespace Migrator.Tests.Down;

/// <summary>The simplest scripts that can be undone: version N creates the table tN.</summary>
internal static class Tables
{
    /// <summary>Writes a folder with versions and their undo scripts.</summary>
    public static ScriptFolder Write(params IEnumerable<int> versions)
    {
        var scripts = new ScriptFolder();
        foreach (var version in versions)
        {
            scripts.Add(version, $"CREATE TABLE {Name(version)} (x int);", $"DROP TABLE {Name(version)};");
        }

        return scripts;
    }

    /// <summary>Adds a version. It has no undo script if <paramref name="undo"/> is null.</summary>
    public static void Add(this ScriptFolder scripts, int version, string up, string? undo)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{version}__script.sql");
        scripts[$"V{name}"] = up;
        if (undo is not null)
        {
            scripts[$"U{name}"] = undo;
        }
    }

    private static string Name(int version) => string.Create(CultureInfo.InvariantCulture, $"t{version}");
}
