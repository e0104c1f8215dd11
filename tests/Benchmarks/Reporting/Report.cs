using Migrator.Benchmarks.Cases;

namespace Migrator.Benchmarks.Reporting;

/// <summary>The report of a benchmark.</summary>
internal sealed record Report
{
    /// <summary>When the benchmark started.</summary>
    public required DateTimeOffset Date { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>The server's version.</summary>
    public required string Postgres { get; init; }

    /// <summary>Whether the server waited for the disk at each commit.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>The latency that the proxy really added to a round trip, in milliseconds.</summary>
    public required double AddedLatency { get; init; }

    /// <summary>The number of measurements of each contender.</summary>
    public required int Rounds { get; init; }

    /// <summary>The measured contenders.</summary>
    public required IReadOnlyList<ReportedContender> Contenders { get; init; }

    /// <summary>The names of contenders that were not available, with the reasons.</summary>
    public required IReadOnlyDictionary<string, string> Unavailable { get; init; }

    public IReadOnlyList<CaseResult> Cases { get; init; } = [];
}
