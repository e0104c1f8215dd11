namespace Migrator.Benchmarks.Cases;

/// <summary>One thing that all contenders are measured at.</summary>
/// <param name="Name">As the options know it.</param>
/// <param name="Title">As the report calls it.</param>
/// <param name="Yardstick">What the ratios are to.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="Count">With how many migrations.</param>
/// <param name="IsFar">Whether the database is a longer road away.</param>
internal sealed record BenchmarkCase(string Name, string Title, string Yardstick, CaseKind Kind, int Count, bool IsFar = false)
{
    public const int Small = 200;

    private const string Start = "psql --version";
    private const string Select = "psql -c 'select 1'";
    private const string Apply = "psql -1 -f, the same SQL in one transaction";

    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new("start", "Start-up alone", Start, CaseKind.Start, 0),
        new("noop-200", "Nothing pending, 200 applied", Select, CaseKind.NoOp, Small),
        new("noop-2000", "Nothing pending, 2,000 applied", Select, CaseKind.NoOp, 2_000),
        new("noop-10000", "Nothing pending, 10,000 applied", Select, CaseKind.NoOp, 10_000),
        new("apply-200", "Apply 200", Apply, CaseKind.Apply, Small),
        new("apply-2000", "Apply 2,000", Apply, CaseKind.Apply, 2_000),
        new("noop-200-far", "Nothing pending, 200 applied, far", Select, CaseKind.NoOp, Small, IsFar: true),
        new("apply-200-far", "Apply 200, far", Apply, CaseKind.Apply, Small, IsFar: true),
    ];
}
