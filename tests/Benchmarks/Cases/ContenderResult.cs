namespace Migrator.Benchmarks.Cases;

/// <summary>The measurements of a contender in a case, or the reason why there are none.</summary>
/// <param name="Contender">The contender's name.</param>
internal sealed record ContenderResult(string Contender)
{
    /// <summary>The reason why there are no measurements; null if there are.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Wall time in milliseconds, per round.</summary>
    public IReadOnlyList<double> Wall { get; init; } = [];

    /// <summary>CPU time in milliseconds, per round, without the server's.</summary>
    public IReadOnlyList<double> Cpu { get; init; } = [];

    /// <summary>Wall time divided by the reference's wall time, per round.</summary>
    public IReadOnlyList<double> Ratio { get; init; } = [];

    /// <summary>Peak resident memory in megabytes (1,000,000 bytes), measured in separate runs.</summary>
    public IReadOnlyList<double> PeakRss { get; init; } = [];

    /// <summary>The number of round trips to the server; null in cases without a server.</summary>
    public int? RoundTrips { get; init; }
}
