using System.Globalization;
using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>
/// Compares the splitter with psql: for the cases of the tests, for random scripts, and for any folder of SQL files.
/// </summary>
public sealed class PsqlComparisonTests(ITestOutputHelper output)
{
    private const string NoPsql = "psql was not found. Set MIGRATOR_PSQL to its path.";

    [Fact(Timeout = 60_000)]
    public async Task Psql_splits_the_test_cases_as_expected()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] scripts = [.. SplitterCases.All.Select(c => c.Script)];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 60_000)]
    public async Task Psql_splits_invalid_scripts_in_the_same_way_up_to_the_problem()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] scripts = [.. ProblemCases.All.Where(c => c.CanBeRunByPsql).Select(c => c.Script)];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    /// <summary>MIGRATOR_SQL_FUZZ sets the number of cases (default 2,000), and MIGRATOR_SQL_SEED the random seed.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Psql_splits_random_scripts_in_the_same_way()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        int seed = Setting("MIGRATOR_SQL_SEED", 2025);
        RandomScripts random = new(seed);
        string[] scripts =
        [
            .. Enumerable.Range(0, Setting("MIGRATOR_SQL_FUZZ", 2_000)).Select(_ => random.Next())
                .Where(s => !PsqlComparison.IsMisreadByPsql(s) && !PsqlComparison.HasNamesThatPsqlMisreads(s)),
        ];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// MIGRATOR_SQL_CORPUS is the path of a folder, such as PostgreSQL's src/test/regress/sql. psql commands are removed
    /// from its files.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Psql_splits_the_files_of_a_corpus_in_the_same_way()
    {
        string? corpus = Environment.GetEnvironmentVariable("MIGRATOR_SQL_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "MIGRATOR_SQL_CORPUS is not set.");
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] files = [.. Directory.EnumerateFiles(corpus, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);
        int removed = 0;
        string[] scripts = [.. files.Select(f => WithoutPsqlCommands(File.ReadAllText(f), ref removed))];

        await CompareAsync(scripts, i => files[i], TestContext.Current.CancellationToken);
        output.WriteLine($"{removed} psql commands were removed.");
    }

    private static int Setting(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : byDefault;

    // Removes each command up to the end of its line, as psql reads most commands. A statement before \gset then has no
    // semicolon.
    private static string WithoutPsqlCommands(string script, ref int removed)
    {
        while (SplitScript.Of(script).Problems.FirstOrDefault(p => p.Kind == SqlProblemKind.PsqlCommand) is { } problem)
        {
            int start = new LineIndex(script).OffsetOf(problem.Position);
            int end = script.IndexOf('\n', start);
            script = script.Remove(start, (end < 0 ? script.Length : end) - start);
            removed++;
        }

        return script;
    }

    private async Task CompareAsync(string[] scripts, Func<int, string> name, CancellationToken cancellation)
    {
        IReadOnlyList<IReadOnlyList<SentQuery>> sent = await Psql.RunAsync(scripts, cancellation);
        string[] differences =
        [
            .. scripts.Select((script, i) => PsqlComparison.Difference(script, sent[i]) is { } d ? $"{name(i)}: {d}" : "")
                .Where(d => d.Length > 0),
        ];
        int good = scripts.Count(s => SplitScript.Of(s).Problems.Count == 0);
        output.WriteLine($"{scripts.Length} scripts ({good} without problems), {sent.Sum(s => s.Count)} statements sent by {Psql.Path}");

        Assert.True(differences.Length == 0, $"{differences.Length} scripts differ:\n{string.Join("\n", differences.Take(20))}");
    }
}
