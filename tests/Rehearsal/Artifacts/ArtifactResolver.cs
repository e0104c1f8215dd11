namespace Migrator.Rehearsal.Artifacts;

/// <summary>Finds what came for what is expected. Source: orca's <c>ArtifactResolver.java</c>.</summary>
public static class ArtifactResolver
{
    /// <summary>Binds each expected artifact to one that is there, to a prior one, or to its default.</summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="current">What is there.</param>
    /// <param name="prior">What the last execution had.</param>
    /// <param name="mustBeUnique">Whether two that match are one too many: so for a trigger, not for a stage.</param>
    /// <exception cref="RehearsalException">One did not come, or two match.</exception>
    public static IReadOnlyList<ExpectedArtifact> Resolve(
        IEnumerable<ExpectedArtifact> expected, IReadOnlyList<Artifact> current, IReadOnlyList<Artifact> prior, bool mustBeUnique) =>
        [.. expected.Select(e => e with
        {
            Bound = Match(e, current, mustBeUnique)
                ?? (e.UsesPrior ? Match(e, prior, mustBeUnique) : null)
                ?? (e.UsesDefault ? e.Default : null)
                ?? throw new RehearsalException(
                    $"Unmatched expected artifact {e.Id} ({e.Match}) could not be resolved: nothing came, and it has no default."),
        })];

    private static Artifact? Match(ExpectedArtifact expected, IReadOnlyList<Artifact> candidates, bool mustBeUnique)
    {
        Artifact[] matches = [.. candidates.Distinct().Where(expected.Matches)];
        return matches.Length > 1 && mustBeUnique
            ? throw new RehearsalException(
                $"Expected artifact {expected.Id} matches multiple artifacts: {string.Join(", ", matches.AsEnumerable())}.")
            : matches.FirstOrDefault();
    }
}
