using System.Globalization;
using Migrator.History.Flyway;
using Migrator.Scripts;

namespace Migrator.History;

/// <summary>What the history is to say of a database that was not made by it.</summary>
/// <param name="Baseline">It and everything below count as applied; null when each applied script has its own row.</param>
/// <param name="Applied">The scripts that were applied by another tool.</param>
internal sealed record Adoption(ScriptVersion? Baseline, IReadOnlyList<Script> Applied)
{
    /// <summary>
    /// The start version to note. Evolve's excludes the version itself, which would stay pending: so the row names the version
    /// right behind it, which Evolve reads as we do (1 comes before 1.0).
    /// </summary>
    /// <exception cref="MigrateException">The version fills its column.</exception>
    public ScriptVersion? Start { get; } = Baseline is null ? null : Behind(Baseline);

    /// <summary>A version and everything below.</summary>
    public static Adoption At(ScriptVersion version) => new(version, []);

    /// <summary>What Flyway's history says.</summary>
    /// <exception cref="MigrateException">Scripts and Flyway's history disagree (6).</exception>
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
                problems.Add(new Problem("missing-script", $"Flyway applied version {entry.Version}, but its script {entry.Script} is not here")
                {
                    Script = entry.Script,
                    Advice = entry.IsSql
                        ? "Put the script into the folder as it was applied."
                        : $"It is no SQL: put a V{entry.Version}__….sql that does the same (or a comment that says what it did) in its place.",
                });
            }
            else if (script is not null && entry is { IsSql: true, Checksum: { } checksum } && checksum != FlywayChecksum.Of(script))
            {
                // A repeatable that changed since is simply run again.
                if (entry.Version is not null)
                {
                    problems.Add(new Problem("checksum-mismatch", $"{script.FileName} was changed after Flyway applied it")
                    {
                        Script = script.FileName,
                        Detail = string.Create(CultureInfo.InvariantCulture, $"Flyway's checksum {checksum}, now {FlywayChecksum.Of(script)}"),
                        Advice = "Put its content back; then adopt, and make the change in a new script.",
                    });
                }
            }
            else if (script is not null)
            {
                applied.Add(script);
            }
        }

        // Behind the folder's own way to write it, or 1.0 would stay pending above a baseline at 1.
        ScriptVersion? baseline = scripts.Versioned.FirstOrDefault(s => flyway.Baseline is { } at && FlywayHistory.SameVersion(s.Version!, at))?.Version;
        return problems.Count == 0
            ? new Adoption(baseline ?? flyway.Baseline, applied)
            : throw new MigrateException(ExitCode.HistoryMismatch, problems);
    }

    /// <summary>Whether a history holds all of it already.</summary>
    public bool IsIn(IReadOnlyList<HistoryEntry> history)
        => (Start is not null || Applied.Count > 0)
        && (Start is null || history.Any(e => e.Kind == HistoryKind.StartVersion && e.Version!.Equals(Start)))
        && Applied.All(s => history.Any(e => e.Name == s.FileName && e.Checksum == s.Checksum));

    private static ScriptVersion Behind(ScriptVersion version)
        => ScriptVersion.TryParse(version.Label + ".0", out ScriptVersion? behind, out _)
            ? behind
            : throw new MigrateException(ExitCode.Usage, new Problem("usage", $"baseline: the version {version} is too long"));
}
