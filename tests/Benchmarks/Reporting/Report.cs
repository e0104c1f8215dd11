using Migrator.Benchmarks.Cases;

namespace Migrator.Benchmarks.Reporting;

/// <summary>All that is told of a run, before its cases and with them.</summary>
internal sealed record Report
{
    /// <summary>When it started.</summary>
    public required DateTimeOffset Date { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>The server's version.</summary>
    public required string Postgres { get; init; }

    /// <summary>Whether the server waited for the disk at each commit.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>What "far" really added to a round trip, in milliseconds.</summary>
    public required double FarRoundTrip { get; init; }

    /// <summary>How often each was measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Who took part.</summary>
    public required IReadOnlyList<ReportedContender> Contenders { get; init; }

    /// <summary>Who could not be had, and why.</summary>
    public required IReadOnlyDictionary<string, string> Absent { get; init; }

    public IReadOnlyList<CaseResult> Cases { get; init; } = [];
}
