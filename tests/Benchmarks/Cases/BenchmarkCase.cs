namespace Migrator.Benchmarks.Cases;

/// <summary>A case in which all contenders are measured.</summary>
/// <param name="Name">The name in the options.</param>
/// <param name="Title">The title in the report.</param>
/// <param name="Reference">The reference of the ratios.</param>
/// <param name="Kind">The operation to measure.</param>
/// <param name="Count">The number of migrations.</param>
/// <param name="IsRemote">Whether the connection goes through the proxy that adds latency.</param>
internal sealed record BenchmarkCase(string Name, string Title, string Reference, CaseKind Kind, int Count, bool IsRemote = false)
{
    public const int Small = 200;

    private const string Start = "psql --version";
    private const string Select = "psql -c 'select 1'";
    private const string Apply = "psql -1 -f, the same SQL in one transaction";

    /// <summary>All cases, in the order of the report.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new("start", "Start-up only", Start, CaseKind.Start, 0),
        new("noop-200", "Nothing pending, 200 applied", Select, CaseKind.NoOp, Small),
        new("noop-2000", "Nothing pending, 2,000 applied", Select, CaseKind.NoOp, 2_000),
        new("noop-10000", "Nothing pending, 10,000 applied", Select, CaseKind.NoOp, 10_000),
        new("apply-200", "Apply 200", Apply, CaseKind.Apply, Small),
        new("apply-2000", "Apply 2,000", Apply, CaseKind.Apply, 2_000),
        new("noop-200-remote", "Nothing pending, 200 applied, remote server", Select, CaseKind.NoOp, Small, IsRemote: true),
        new("apply-200-remote", "Apply 200, remote server", Apply, CaseKind.Apply, Small, IsRemote: true),
    ];
}
