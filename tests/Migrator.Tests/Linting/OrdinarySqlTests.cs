using System.Text.RegularExpressions;
using Migrator.Tests.Sql;
using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Ordinary SQL causes no false errors. Users disable a linter that reports false errors.</summary>
public sealed partial class OrdinarySqlTests(ITestOutputHelper output) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_sample_has_no_findings_as_a_whole(int version)
    {
        using var scripts = ScriptFolder.OfSample(version);

        var lint = await new Cli { ["MIGRATE_DIR"] = scripts.Path }.SucceedAsync("lint", "--fail-on=warning", "--output=json");

        Assert.Equal(0, lint.Json.GetProperty("findings").GetArrayLength());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(2, 4)]
    [InlineData(4, 10)]
    public async Task A_release_of_the_sample_has_no_findings_after_the_release_before(int version, int since)
    {
        using var scripts = ScriptFolder.OfSample(version);

        await new Cli { ["MIGRATE_DIR"] = scripts.Path }.SucceedAsync("lint", "--fail-on=warning", $"--since={since}");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(10)]
    [InlineData(14)]
    public async Task Version_5_of_the_sample_has_no_errors_and_no_findings_outside_its_contract_script(int since)
    {
        using var scripts = ScriptFolder.OfSample(5);

        var lint = await new Cli { ["MIGRATE_DIR"] = scripts.Path }.SucceedAsync("lint", $"--since={since}", "--output=json");

        Assert.All(lint.Json.GetProperty("findings").EnumerateArray(), finding =>
            Assert.Equal("V16__drop_order_reference.contract.sql", finding.GetProperty("script").GetString()));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_index_of_version_3_is_found_because_it_blocks_writes()
    {
        using var scripts = ScriptFolder.OfSample(3);

        var lint = await new Cli { ["MIGRATE_DIR"] = scripts.Path }.FailAsync(2, "lint", "--since=9");

        Assert.StartsWith("error: V10__sign_in_by_email.sql:13:1: CREATE UNIQUE INDEX blocks writes on customers", lint.Stdout, StringComparison.Ordinal);
        Assert.EndsWith("2 scripts: 1 error.\n", lint.Stdout, StringComparison.Ordinal);
    }

    /// <summary>The scripts of PostgreSQL's extensions: about two hundred files for each version.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_scripts_of_extensions_cause_no_errors(int major)
    {
        var postgres = await PostgresBinaries.GetAsync(major, TestContext.Current.CancellationToken);

        var (files, statements, errors) = LintAll(Path.Combine(postgres.Folder, "share", "postgresql", "extension"));

        output.WriteLine($"{files} files, {statements} statements");
        Assert.True(files > 100 && statements > 2_000, $"{files} files, {statements} statements");
        Assert.True(errors.Count == 0, string.Join('\n', errors.Select(e => e.Text)));
    }

    /// <summary>MIGRATOR_SQL_CORPUS is the path of a folder, such as PostgreSQL's src/test/regress/sql. Each error must be about a table of another file.</summary>
    [Fact(Timeout = Timeout)]
    public void The_files_of_a_corpus_cause_no_errors_about_their_own_tables()
    {
        var corpus = Environment.GetEnvironmentVariable("MIGRATOR_SQL_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "MIGRATOR_SQL_CORPUS is not set.");

        var (files, statements, errors) = LintAll(corpus);

        var wrong = errors.Where(e => e.IsOwn).ToList();
        output.WriteLine($"{files} files, {statements} statements, {errors.Count} errors, {wrong.Count} of them wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(e => e.Text)));
    }

    private static (int Files, int Statements, List<(string Text, bool IsOwn)> Errors) LintAll(string folder)
    {
        var errors = new List<(string, bool)>();
        var (files, statements) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // psql commands are not SQL. A script outside a transaction can contain every other statement.
            var text = "-- evolve-tx-off\n" + PsqlCommand().Replace(File.ReadAllText(file), "");
            var created = Created().Matches(text).Select(m => (Name: m.Groups[1].Value.ToLowerInvariant(), Position: SourcePosition.Start.After(text, m.Index))).ToList();
            files++;
            statements += SplitScript.Of(text).Statements.Count;
            errors.AddRange(Lint.Scripts(text).Where(f => f.Severity == Migrator.Linting.LintSeverity.Error)
                .Select(f => ($"{file}:{f.Position}: {f.Message} [{f.Rule.Id}]", f.Table is { } table && created.Exists(c => c.Name == table.Name && c.Position.Line < f.Position.Line))));
        }

        return (files, statements, errors);
    }

    [GeneratedRegex(@"(?m)^\\(?!\.).*$")]
    private static partial Regex PsqlCommand();

    [GeneratedRegex(@"(?i)\b(?:create\s+(?:\w+\s+){0,3}(?:table|view|sequence)|select[^;]*\sinto)\s+(?:temp\s+)?(?:if\s+not\s+exists\s+)?(?:\w+\.)?""?(\w+)")]
    private static partial Regex Created();
}
