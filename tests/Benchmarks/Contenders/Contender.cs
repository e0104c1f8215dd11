using System.Text.RegularExpressions;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;

namespace Migrator.Benchmarks.Contenders;

/// <summary>A tool that applies migrations, and its commands.</summary>
internal abstract partial class Contender
{
    /// <summary>The name for the option <c>--contender</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A short description for the report, including missing features.</summary>
    public abstract string Note { get; }

    /// <summary>The command that prints the version.</summary>
    public abstract Invocation Version { get; }

    /// <summary>Returns the version from the output of <see cref="Version"/>.</summary>
    public virtual string VersionOf(string output) => FirstVersion().Match(output) is { Success: true } match ? match.Value : "unknown";

    /// <summary>Writes the migrations to an empty folder, in the tool's format.</summary>
    public virtual void Write(MigrationSet set, string folder)
    {
        foreach (var migration in set.Migrations)
        {
            File.WriteAllText(Path.Combine(folder, FileName(migration)), Content(migration));
        }
    }

    /// <summary>Returns the command that applies the pending migrations of a folder.</summary>
    public abstract Invocation Up(string folder, DatabaseAddress address);

    /// <summary>Returns the command for a database without pending migrations.</summary>
    public virtual Invocation NoOp(string folder, DatabaseAddress address) => Up(folder, address);

    /// <summary>Returns the name of a migration's file.</summary>
    protected abstract string FileName(Migration migration);

    /// <summary>Returns the content of a migration's file.</summary>
    protected virtual string Content(Migration migration) => migration.Sql;

    [GeneratedRegex(@"\d+(\.\d+)+[\w.+-]*")]
    private static partial Regex FirstVersion();
}
