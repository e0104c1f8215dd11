namespace Migrator.EndToEnd.Observation;

/// <summary>A successful response to a request.</summary>
/// <param name="At">When the response was received, UTC.</param>
/// <param name="Image">The image of the pod that responded.</param>
/// <param name="Pod">The name of the pod.</param>
/// <param name="Took">How long the request took.</param>
public sealed record Answer(DateTimeOffset At, string Image, string Pod, TimeSpan Took);
