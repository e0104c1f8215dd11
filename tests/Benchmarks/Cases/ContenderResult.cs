namespace Migrator.Benchmarks.Cases;

/// <summary>What a contender took for a case, or why it was not measured.</summary>
/// <param name="Contender">Its name.</param>
internal sealed record ContenderResult(string Contender)
{
    /// <summary>Why there are no numbers; null when there are.</summary>
    public string? Missing { get; init; }

    /// <summary>Wall time in milliseconds, per round.</summary>
    public IReadOnlyList<double> Wall { get; init; } = [];

    /// <summary>Processor time in milliseconds, per round; without the server's.</summary>
    public IReadOnlyList<double> Cpu { get; init; } = [];

    /// <summary>Wall time in relation to the yardstick's of the same round.</summary>
    public IReadOnlyList<double> Ratio { get; init; } = [];

    /// <summary>Peak memory in megabytes (of a million bytes), of runs of its own.</summary>
    public IReadOnlyList<double> PeakRss { get; init; } = [];

    /// <summary>How often it waited for the server's answer; null where there is no server.</summary>
    public int? RoundTrips { get; init; }
}
