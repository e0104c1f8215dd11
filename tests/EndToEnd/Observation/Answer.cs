namespace Migrator.EndToEnd.Observation;

/// <summary>A request that was answered with success.</summary>
/// <param name="At">When the answer was there, UTC.</param>
/// <param name="Image">The image of the server that answered.</param>
/// <param name="Pod">Its pod.</param>
/// <param name="Took">How long it took.</param>
public sealed record Answer(DateTimeOffset At, string Image, string Pod, TimeSpan Took);
