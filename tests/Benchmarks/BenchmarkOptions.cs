using System.CommandLine;
using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;

namespace Migrator.Benchmarks;

/// <summary>The options of the benchmark.</summary>
internal sealed record BenchmarkOptions
{
    private const int DefaultRounds = 9;
    private const int QuickRounds = 3;

    /// <summary>The number of measurements of each contender in a case, without the warm-up.</summary>
    public required int Rounds { get; init; }

    /// <summary>The cases to run, in order.</summary>
    public required IReadOnlyList<BenchmarkCase> Cases { get; init; }

    /// <summary>The names of the contenders. The reference is always included.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>
    /// The path of another <c>migrate</c> executable to measure, such as a build without a change; null for none.
    /// </summary>
    public required string? Baseline { get; init; }

    /// <summary>PostgreSQL's major version, 15 or 18.</summary>
    public required int PostgresMajor { get; init; }

    /// <summary>Whether the server waits for the disk at each commit.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>Whether the targets are printed after the table.</summary>
    public required bool ShowsTargets { get; init; }

    /// <summary>The path of the JSON file; null for none.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>The path of the chart; null for none.</summary>
    public required string? SvgFile { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <returns>The options; or, after printing help or a usage error, null and the exit code.</returns>
    public static (BenchmarkOptions? Options, int ExitCode) Read(string[] args)
    {
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"Number of measurements of each contender, after one warm-up. Default: {DefaultRounds}; with --quick: {QuickRounds}.",
        };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
            {
                result.AddError($"Invalid value '{token.Value}' for --rounds. Expected at least 1.");
            }
        });
        var cases = new Option<string[]>("--case") { Description = "Run only this case. Can be repeated.", AllowMultipleArgumentsPerToken = true };
        cases.AcceptOnlyFromAmong([.. BenchmarkCase.All.Select(benchmark => benchmark.Name)]);
        var contenders = new Option<string[]>("--contender")
        {
            Description = "Measure only this contender and psql, which is the reference. Can be repeated.",
            AllowMultipleArgumentsPerToken = true,
        };
        contenders.AcceptOnlyFromAmong([.. ContenderSet.Names]);
        var baseline = new Option<string?>("--baseline")
        {
            Description = "Path of another migrate executable, which is measured as 'baseline' in the same rounds. Use it to measure the effect of a change.",
        };
        var quick = new Option<bool>("--quick")
        {
            Description = $"Run {QuickRounds} rounds, and only cases with at most {BenchmarkCase.Small} migrations unless --case is given.",
        };
        var postgres = new Option<int>("--postgres") { Description = "PostgreSQL's major version: 15 or 18.", DefaultValueFactory = _ => 15 };
        postgres.AcceptOnlyFromAmong("15", "18");
        var durable = new Option<bool>("--fsync") { Description = "Run the server with fsync=on. It waits for the disk at each commit, so the disk is measured too." };
        var targets = new Option<bool>("--targets") { Description = "Also print the project's targets and whether they were reached." };
        var json = new Option<string?>("--json") { Description = "Write all measurements to this JSON file." };
        var svg = new Option<string?>("--svg") { Description = "Write a chart to this SVG file." };
        var command = new RootCommand(
            "Measures migrate and similar tools as whole processes, in interleaved rounds. All measured programs are published in "
            + "Release, independent of the build configuration of this tool (dotnet run --project tests/Benchmarks).")
        {
            rounds, cases, contenders, baseline, quick, postgres, durable, targets, json, svg,
        };
        var parse = command.Parse(args);
        if (parse.Errors.Count > 0 || parse.Action is not null)
        {
            var exitCode = parse.Invoke();
            return (null, parse.Errors.Count > 0 ? 2 : exitCode);
        }

        var isQuick = parse.GetValue(quick);
        return (
            new BenchmarkOptions
            {
                Rounds = parse.GetValue(rounds) ?? (isQuick ? QuickRounds : DefaultRounds),
                Cases = Chosen(parse.GetValue(cases), isQuick),
                Contenders = [.. ContenderSet.Names.Where(name =>
                    parse.GetValue(contenders) is not { Length: > 0 } wanted || name == Psql.ContenderName || wanted.Contains(name))],
                Baseline = parse.GetValue(baseline) is { } path ? Path.GetFullPath(path) : null,
                PostgresMajor = parse.GetValue(postgres),
                IsDurable = parse.GetValue(durable),
                ShowsTargets = parse.GetValue(targets),
                JsonFile = parse.GetValue(json),
                SvgFile = parse.GetValue(svg),
            },
            0);
    }

    private static IReadOnlyList<BenchmarkCase> Chosen(string[]? wanted, bool isQuick) =>
    [
        .. BenchmarkCase.All.Where(benchmark => wanted is { Length: > 0 }
            ? wanted.Contains(benchmark.Name)
            : !isQuick || benchmark.Count <= BenchmarkCase.Small),
    ];
}
