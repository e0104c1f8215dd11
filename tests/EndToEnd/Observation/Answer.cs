namespace Migrator.EndToEnd.Observation;

/// <summary>A successful response to a request.</summary>
/// <param name="At">When the response was received, UTC.</param>
/// <param name="Version">The version that responded, such as <c>v3</c>.</param>
/// <param name="Pod">The name of the pod.</param>
/// <param name="Took">How long the request took.</param>
public sealed record Answer(DateTimeOffset At, string Version, string Pod, TimeSpan Took);
