namespace Migrator.Rehearsal.Stability;

/// <summary>What Spinnaker makes of an object's status.</summary>
/// <param name="Outcome">Where it is.</param>
/// <param name="Message">Why.</param>
internal readonly record struct ManifestState(ManifestOutcome Outcome, string Message)
{
    public static ManifestState Stable { get; } = new(ManifestOutcome.Stable, "");

    public static ManifestState Unstable(string why) => new(ManifestOutcome.Unstable, why);

    public static ManifestState Failed(string why) => new(ManifestOutcome.Failed, why);
}
