using System.Globalization;
using Migrator.Sql.Statements;
using Xunit;

namespace Migrator.Tests.Sql;

/// <summary>
/// psql itself says where statements end: in our own cases, in random ones, and in any folder of SQL files.
/// </summary>
public sealed class PsqlComparisonTests(ITestOutputHelper output)
{
    private const string NoPsql = "There is no psql on this machine; MIGRATOR_PSQL may name one.";

    [Fact(Timeout = 60_000)]
    public async Task Psql_cuts_our_cases_as_they_say()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] scripts = [.. SplitterCases.All.Select(c => c.Script)];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 60_000)]
    public async Task Psql_cuts_bad_scripts_the_same_up_to_the_problem()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] scripts = [.. ProblemCases.All.Where(c => c.CanBeRunByPsql).Select(c => c.Script)];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    /// <summary>MIGRATOR_SQL_FUZZ=N runs N cases instead of 2,000; MIGRATOR_SQL_SEED=S makes them others.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Psql_cuts_random_scripts_as_we_do()
    {
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        int seed = Setting("MIGRATOR_SQL_SEED", 2025);
        RandomScripts random = new(seed);
        string[] scripts =
        [
            .. Enumerable.Range(0, Setting("MIGRATOR_SQL_FUZZ", 2_000)).Select(_ => random.Next())
                .Where(s => !PsqlComparison.IsMisreadByPsql(s)),
        ];

        await CompareAsync(scripts, i => scripts[i], TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// MIGRATOR_SQL_CORPUS names a folder, such as PostgreSQL's src/test/regress/sql. psql commands are cut out of its
    /// files.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Psql_cuts_the_files_of_a_corpus_as_we_do()
    {
        string? corpus = Environment.GetEnvironmentVariable("MIGRATOR_SQL_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "MIGRATOR_SQL_CORPUS names no folder of SQL files.");
        Assert.SkipWhen(Psql.Path is null, NoPsql);
        string[] files = [.. Directory.EnumerateFiles(corpus, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);
        int cut = 0;
        string[] scripts = [.. files.Select(f => WithoutPsqlCommands(File.ReadAllText(f), ref cut))];

        await CompareAsync(scripts, i => files[i], TestContext.Current.CancellationToken);
        output.WriteLine($"{cut} psql commands were cut out.");
    }

    private static int Setting(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : byDefault;

    // Up to the end of the line, which is how psql reads most of them; what comes before a \gset stays without its
    // semicolon.
    private static string WithoutPsqlCommands(string script, ref int cut)
    {
        while (SplitScript.Of(script).Problems.FirstOrDefault(p => p.Kind == SqlProblemKind.PsqlCommand) is { } problem)
        {
            int start = new LineIndex(script).OffsetOf(problem.Position);
            int end = script.IndexOf('\n', start);
            script = script.Remove(start, (end < 0 ? script.Length : end) - start);
            cut++;
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
