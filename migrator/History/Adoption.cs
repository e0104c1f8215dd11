using System.Globalization;
using Migrator.History.Flyway;
using Migrator.Scripts;

namespace Migrator.History;

/// <summary>The rows to write to the history of a database that another tool created.</summary>
/// <param name="Baseline">This version and all versions below it count as applied; null if each applied script has its own row.</param>
/// <param name="Applied">The scripts that were applied by another tool.</param>
internal sealed record Adoption(ScriptVersion? Baseline, IReadOnlyList<Script> Applied)
{
    /// <summary>
    /// The start version to write; null for no baseline. Evolve's start version is exclusive: with the baseline itself as the
    /// start version, the baseline would stay pending. The start version is therefore the next higher version, the baseline
    /// followed by <c>.0</c>. Evolve orders them in the same way (1 comes before 1.0).
    /// </summary>
    /// <exception cref="MigrateException">The version is too long for its column.</exception>
    public ScriptVersion? Start { get; } = Baseline is null ? null : NextVersion(Baseline);

    /// <summary>Creates the adoption of a database at a version: this version and all versions below it count as applied.</summary>
    public static Adoption At(ScriptVersion version) => new(version, []);

    /// <summary>Creates the adoption of a database that Flyway has migrated.</summary>
    /// <param name="flyway">Flyway's history.</param>
    /// <param name="scripts">The scripts of the folders.</param>
    /// <exception cref="MigrateException">The scripts and Flyway's history disagree (6).</exception>
    public static Adoption FromFlyway(FlywayHistory flyway, ScriptSet scripts)
    {
        var problems = new List<Problem>(flyway.Problems);
        var applied = new List<Script>();
        foreach (FlywayEntry entry in flyway.Applied)
        {
            Script? script = entry.Version is { } version
                ? scripts.Versioned.FirstOrDefault(s => FlywayHistory.SameVersion(s.Version!, version))
                : scripts.Repeatable.FirstOrDefault(s => s.FileName == entry.Script);
            if (script is null && entry.Version is not null)
            {
                problems.Add(new Problem("missing-script", $"Flyway applied version {entry.Version}, but its script {entry.Script} is missing")
                {
                    Script = entry.Script,
                    Advice = entry.IsSql
                        ? "Add the script to the folder as it was applied."
                        : $"It is not an SQL script. Replace it with a V{entry.Version}__….sql that does the same, or that contains only a comment about what it did.",
                });
            }
            else if (script is not null && entry is { IsSql: true, Checksum: { } checksum } && checksum != FlywayChecksum.Of(script))
            {
                // A repeatable script that was changed is pending, and runs again.
                if (entry.Version is not null)
                {
                    problems.Add(new Problem("checksum-mismatch", $"{script.FileName} was changed after Flyway applied it")
                    {
                        Script = script.FileName,
                        Detail = string.Create(CultureInfo.InvariantCulture, $"Flyway's checksum {checksum}, now {FlywayChecksum.Of(script)}"),
                        Advice = "Restore its content, run this command again, and make the change in a new script.",
                    });
                }
            }
            else if (script is not null)
            {
                applied.Add(script);
            }
        }

        // Flyway does not distinguish 1 and 1.0. The baseline uses the folder's spelling of the version: with a baseline at 1,
        // the folder's 1.0 would stay pending.
        ScriptVersion? baseline = scripts.Versioned.FirstOrDefault(s => flyway.Baseline is { } at && FlywayHistory.SameVersion(s.Version!, at))?.Version;
        return problems.Count == 0
            ? new Adoption(baseline ?? flyway.Baseline, applied)
            : throw new MigrateException(ExitCode.HistoryMismatch, problems);
    }

    /// <summary>Whether a history already contains all rows of this adoption.</summary>
    public bool IsRecordedIn(IReadOnlyList<HistoryEntry> history)
        => (Start is not null || Applied.Count > 0)
        && (Start is null || history.Any(e => e.Kind == HistoryKind.StartVersion && e.Version!.Equals(Start)))
        && Applied.All(s => history.Any(e => e.Name == s.FileName && e.Checksum == s.Checksum));

    private static ScriptVersion NextVersion(ScriptVersion version)
        => ScriptVersion.TryParse(version.Label + ".0", out ScriptVersion? next, out _)
            ? next
            : throw new MigrateException(ExitCode.Usage, new Problem("usage", $"baseline: the version {version} is too long"));
}
