namespace Migrator.Rehearsal.Artifacts;

/// <summary>Binds expected artifacts to the artifacts that match them. Source: orca's <c>ArtifactResolver.java</c>.</summary>
public static class ArtifactResolver
{
    /// <summary>Binds each expected artifact to a current artifact, to one of the last execution, or to its default.</summary>
    /// <param name="expected">The expected artifacts.</param>
    /// <param name="current">The artifacts of this execution.</param>
    /// <param name="prior">The artifacts of the last execution.</param>
    /// <param name="mustBeUnique">Whether two matching artifacts are an error. They are for a trigger, but not for a stage.</param>
    /// <exception cref="RehearsalException">An expected artifact has no match, or more than one although <paramref name="mustBeUnique"/> is set.</exception>
    public static IReadOnlyList<ExpectedArtifact> Resolve(
        IEnumerable<ExpectedArtifact> expected, IReadOnlyList<Artifact> current, IReadOnlyList<Artifact> prior, bool mustBeUnique) =>
        [.. expected.Select(e => e with
        {
            Bound = Match(e, current, mustBeUnique)
                ?? (e.UsesPrior ? Match(e, prior, mustBeUnique) : null)
                ?? (e.UsesDefault ? e.Default : null)
                ?? throw new RehearsalException(
                    $"Unmatched expected artifact {e.Id} ({e.Match}) could not be resolved: no artifact matches, and it has no default."),
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
