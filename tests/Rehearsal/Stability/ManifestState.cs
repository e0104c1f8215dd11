namespace Migrator.Rehearsal.Stability;

/// <summary>The state that Spinnaker derives from an object's status.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Message">The reason, or empty.</param>
internal readonly record struct ManifestState(ManifestOutcome Outcome, string Message)
{
    public static ManifestState Stable { get; } = new(ManifestOutcome.Stable, "");

    public static ManifestState Unstable(string reason) => new(ManifestOutcome.Unstable, reason);

    public static ManifestState Failed(string reason) => new(ManifestOutcome.Failed, reason);
}
