using System.Text.RegularExpressions;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;

namespace Migrator.Benchmarks.Contenders;

/// <summary>A tool that applies migrations, and how it is asked to.</summary>
internal abstract partial class Contender
{
    /// <summary>Its name, as the options know it.</summary>
    public abstract string Name { get; }

    /// <summary>What it is and does not do, in a few words for the report.</summary>
    public abstract string Note { get; }

    /// <summary>The command that only says which version it is.</summary>
    public abstract Invocation Version { get; }

    /// <summary>What is read out of the answer to <see cref="Version"/>.</summary>
    public virtual string VersionOf(string output) => FirstVersion().Match(output) is { Success: true } match ? match.Value : "unknown";

    /// <summary>Writes the migrations into an empty folder, as the tool wants them.</summary>
    public virtual void Write(MigrationSet set, string folder)
    {
        foreach (var migration in set.Migrations)
        {
            File.WriteAllText(Path.Combine(folder, FileName(migration)), Content(migration));
        }
    }

    /// <summary>Applies what is pending of a folder.</summary>
    public abstract Invocation Up(string folder, DatabaseAddress address);

    /// <summary>The same, when nothing is pending.</summary>
    public virtual Invocation NoOp(string folder, DatabaseAddress address) => Up(folder, address);

    /// <summary>The name of a migration's file.</summary>
    protected abstract string FileName(Migration migration);

    /// <summary>What is in a migration's file.</summary>
    protected virtual string Content(Migration migration) => migration.Sql;

    [GeneratedRegex(@"\d+(\.\d+)+[\w.+-]*")]
    private static partial Regex FirstVersion();
}
