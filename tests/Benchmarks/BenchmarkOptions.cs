using System.CommandLine;
using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;

namespace Migrator.Benchmarks;

/// <summary>What the benchmark is asked for.</summary>
internal sealed record BenchmarkOptions
{
    private const int DefaultRounds = 9;
    private const int QuickRounds = 3;

    /// <summary>How often each contender of a case is measured, a warm-up not counted.</summary>
    public required int Rounds { get; init; }

    /// <summary>The cases to run, in their order.</summary>
    public required IReadOnlyList<BenchmarkCase> Cases { get; init; }

    /// <summary>The names of the contenders; the yardstick is always among them.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>The path of another <c>migrate</c> executable that takes part, such as the one before a change; null for none.</summary>
    public required string? Baseline { get; init; }

    /// <summary>PostgreSQL's major version, 15 or 18.</summary>
    public required int PostgresMajor { get; init; }

    /// <summary>Whether the server waits for the disk at each commit.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>Whether the targets are printed after the table.</summary>
    public required bool ShowsTargets { get; init; }

    /// <summary>Where the JSON goes; null for nowhere.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Where the chart goes; null for nowhere.</summary>
    public required string? SvgFile { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <returns>The options; or the exit code, after help was printed or something wrong was named.</returns>
    public static (BenchmarkOptions? Options, int ExitCode) Read(string[] args)
    {
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"How often each is measured, after one warm-up. Default: {DefaultRounds}, with --quick {QuickRounds}.",
        };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
            {
                result.AddError("--rounds is at least 1.");
            }
        });
        var cases = new Option<string[]>("--case") { Description = "Only this case; may be repeated.", AllowMultipleArgumentsPerToken = true };
        cases.AcceptOnlyFromAmong([.. BenchmarkCase.All.Select(benchmark => benchmark.Name)]);
        var contenders = new Option<string[]>("--contender")
        {
            Description = "Only this contender, beside psql, which is the yardstick; may be repeated.",
            AllowMultipleArgumentsPerToken = true,
        };
        contenders.AcceptOnlyFromAmong([.. Field.Names]);
        var baseline = new Option<string?>("--baseline")
        {
            Description = "The path of another migrate executable that takes part as 'baseline': what a change costs is measured in the same rounds.",
        };
        var quick = new Option<bool>("--quick")
        {
            Description = $"{QuickRounds} rounds, and no more than {BenchmarkCase.Small} migrations unless a --case says so.",
        };
        var postgres = new Option<int>("--postgres") { Description = "PostgreSQL's major version: 15 or 18.", DefaultValueFactory = _ => 15 };
        postgres.AcceptOnlyFromAmong("15", "18");
        var durable = new Option<bool>("--fsync") { Description = "The server waits for the disk at each commit, which measures the disk." };
        var targets = new Option<bool>("--targets") { Description = "Print the project's targets too, and whether they were reached." };
        var json = new Option<string?>("--json") { Description = "Write every measurement to this file." };
        var svg = new Option<string?>("--svg") { Description = "Write a chart to this file." };
        var command = new RootCommand(
            "Measures migrate beside its peers, as whole processes, in interleaved rounds. Build it as you like: what is measured is "
            + "published in Release either way (dotnet run --project tests/Benchmarks).")
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
                Contenders = [.. Field.Names.Where(name =>
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
