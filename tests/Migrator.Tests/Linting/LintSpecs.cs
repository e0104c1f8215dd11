using System.Text.Json;
using System.Xml.Linq;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>The <c>lint</c> command: its scope, its output formats and its exit codes. These tests need no database.</summary>
public sealed class LintSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private const string Index = "CREATE INDEX i ON orders (a);";
    private const string Drop = "ALTER TABLE orders DROP COLUMN old;";

    [Fact(Timeout = Timeout)]
    public async Task A_finding_shows_position_message_reason_safer_way_and_source()
    {
        using var scripts = new ScriptFolder { ["V2__x.sql"] = $"SELECT 1;\n\n  {Index}" };

        var lint = await On(scripts).FailAsync(2, "lint");

        Assert.Equal("", lint.Stderr);
        Assert.Equal(
            """
            error: V2__x.sql:3:3: CREATE INDEX blocks writes on orders until the index is built [index-without-concurrently]
              why: CREATE INDEX acquires a SHARE lock on the table and holds it until the transaction ends. INSERT, UPDATE and DELETE wait while the index is built.
              safer: Use CREATE INDEX CONCURRENTLY in a separate script whose first line is '-- evolve-tx-off'. If the table is partitioned: CREATE INDEX … ON ONLY the table, CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX … ATTACH PARTITION.
              source: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
            1 script: 1 error.

            """,
            lint.Stdout);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(Index, "error", 2)]
    [InlineData(Index, "warning", 2)]
    [InlineData(Index, "none", 0)]
    [InlineData(Drop, "error", 0)]
    [InlineData(Drop, "warning", 2)]
    [InlineData("-- migrate-lint: allow index-without-concurrently because it is small\n" + Index, "warning", 0)]
    [InlineData("-- migrate-lint: allow index-without-concurrently\n" + Index, "error", 2)]
    [InlineData("SELECT 1;", "warning", 0)]
    public async Task A_finding_at_or_above_the_fail_on_severity_exits_with_2(string script, string limit, int exitCode)
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };

        await On(scripts).FailAsync(exitCode, "lint", $"--fail-on={limit}");
        Assert.Equal(exitCode, (await On(scripts).FailAsync(exitCode, "lint", $"--fail-on={limit}", "--output=json")).Json.GetProperty("exitCode").GetInt32());
    }

    [Fact(Timeout = Timeout)]
    public async Task Scripts_up_to_the_since_version_are_not_linted()
    {
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "CREATE TABLE orders (a int, old int);",
            ["V2__x.sql"] = Drop,
            ["V10__x.sql"] = Index,
            ["R__x.sql"] = "REFRESH MATERIALIZED VIEW overview;",
            ["U10__x.sql"] = "DROP INDEX i;",
        };

        var all = await On(scripts).SucceedAsync("lint");
        Assert.Equal("all 3 versions count as new, and so do the tables that they create; use --since V to check only scripts after version V\n", all.Stderr);
        Assert.EndsWith("\n4 scripts: 1 warning.\n", all.Stdout, StringComparison.Ordinal);
        Assert.Equal("V2__x.sql V10__x.sql R__x.sql", Scripts(await On(scripts).FailAsync(2, "lint", "--since=1", "--output=json")));
        Assert.Equal("V10__x.sql R__x.sql", Scripts(await On(scripts).FailAsync(2, "lint", "--since=2", "--output=json")));
        Assert.Equal("R__x.sql", Scripts(await On(scripts).SucceedAsync("lint", "--since=10", "--output=json")));
    }

    [Fact(Timeout = Timeout)]
    public async Task Json_contains_each_finding_and_the_reason_of_allowed_findings()
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = $"-- migrate-lint: allow drop-column because v3 does not read it\n{Drop}\n{Index}" };

        var findings = (await On(scripts).FailAsync(2, "lint", "--output=json")).Json.GetProperty("findings");

        Assert.Equal(2, findings.GetArrayLength());
        Assert.Equal("drop-column|warning|v3 does not read it|2", Join(findings[0], "rule", "severity", "allowedBecause", "line"));
        Assert.Equal("index-without-concurrently|error||3|1|orders|V1__x.sql|", Join(findings[1], "rule", "severity", "allowedBecause", "line", "column", "table", "script", "refinement"));
        Assert.StartsWith("https://", findings[1].GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Contains("CONCURRENTLY", findings[1].GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Contains("SHARE lock", findings[1].GetProperty("effect").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Sarif_contains_rule_position_and_suppression()
    {
        using var scripts = new ScriptFolder { ["V1__a b.sql"] = $"-- migrate-lint: allow drop-column because v3 does not read it\n{Drop}\n{Index}" };

        var sarif = (await On(scripts).FailAsync(2, "lint", "--output=sarif")).Json;

        Assert.Equal("2.1.0", sarif.GetProperty("version").GetString());
        var run = sarif.GetProperty("runs")[0];
        Assert.True(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.Equal(Migrator.Linting.LintRules.All.Count, rules.GetArrayLength());
        var (allowed, found) = (run.GetProperty("results")[0], run.GetProperty("results")[1]);
        Assert.Equal("v3 does not read it", allowed.GetProperty("suppressions")[0].GetProperty("justification").GetString());
        Assert.False(found.TryGetProperty("suppressions", out _));
        Assert.Equal("index-without-concurrently|error", Join(found, "ruleId", "level"));
        Assert.Equal("index-without-concurrently", rules[found.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        var place = found.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("3|1", Join(place.GetProperty("region"), "startLine", "startColumn"));
        Assert.Equal(new Uri(Path.Combine(scripts.Path, "V1__a b.sql")).AbsoluteUri, place.GetProperty("artifactLocation").GetProperty("uri").GetString());
    }

    [Fact(Timeout = Timeout)]
    public async Task Github_output_has_an_annotation_for_each_finding_that_is_not_allowed()
    {
        using var scripts = new ScriptFolder { ["V1__a,b.sql"] = $"{Drop}\n{Index}" };

        var lint = await On(scripts).FailAsync(2, "lint", "--output=github");

        var lines = lint.Stdout.TrimEnd().Split('\n');
        var file = Path.Combine(scripts.Path, "V1__a%2Cb.sql");
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"::warning file={file},line=1,col=1,title=drop-column::old of orders is dropped with all its data%0AThe commit deletes the data", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"::error file={file},line=2,col=1,title=index-without-concurrently::CREATE INDEX blocks writes on orders", lines[1], StringComparison.Ordinal);
        Assert.Equal("1 script: 1 error, 1 warning.\n", lint.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task Junit_output_has_a_suite_for_each_script_and_a_case_for_each_finding()
    {
        using var scripts = new ScriptFolder
        {
            ["V1__a&b.sql"] = $"{Drop}\n{Index}\n-- migrate-lint: allow rename because \"v3\" < v4\u0001\nALTER TABLE orders RENAME TO \"a<b\";",
            ["V2__clean.sql"] = "SELECT 1;",
        };

        var lint = await On(scripts).FailAsync(2, "lint", "--output=junit");

        var suites = XDocument.Parse(lint.Stdout).Root!;
        Assert.Equal("testsuites|4|1|1|0", Attributes(suites, "tests", "failures", "skipped", "errors"));
        var (found, clean) = (suites.Elements().First(), suites.Elements().Last());
        Assert.Equal("testsuite|V1__a&b.sql|3|1|1|0", Attributes(found, "name", "tests", "failures", "skipped", "errors"));
        Assert.Equal("testsuite|V2__clean.sql|1|0|0|0", Attributes(clean, "name", "tests", "failures", "skipped", "errors"));
        Assert.Equal("testcase|lint|V2__clean.sql", Attributes(Assert.Single(clean.Elements()), "name", "classname"));
        var (warning, error, allowed) = (found.Elements().ElementAt(0), found.Elements().ElementAt(1), found.Elements().ElementAt(2));
        Assert.Equal($"testcase|index-without-concurrently at 2:1|V1__a&b.sql|{Path.Combine(scripts.Path, "V1__a&b.sql")}|2", Attributes(error, "name", "classname", "file", "line"));
        var failure = Assert.Single(error.Elements());
        Assert.Equal("failure|error|CREATE INDEX blocks writes on orders until the index is built", Attributes(failure, "type", "message"));
        Assert.Contains("CREATE INDEX CONCURRENTLY", failure.Value, StringComparison.Ordinal);
        Assert.StartsWith("warning: old of orders is dropped", warning.Element("system-out")!.Value, StringComparison.Ordinal);
        Assert.Equal("skipped|allowed because \"v3\" < v4\uFFFD", Attributes(Assert.Single(allowed.Elements()), "message"));
        Assert.EndsWith("\n2 scripts: 1 error, 1 warning, 1 allowed.\n", lint.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Junit_output_reports_a_script_that_cannot_be_read_as_an_error()
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 'open;" };

        var suites = XDocument.Parse((await On(scripts).FailAsync(2, "lint", "--output=junit")).Stdout).Root!;

        Assert.Equal("testsuites|1|0|0|1", Attributes(suites, "tests", "failures", "skipped", "errors"));
        Assert.Contains("V1__x.sql:1:8: This string is never closed", suites.Descendants("error").Single().Attribute("message")!.Value, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("github")]
    [InlineData("junit")]
    public async Task Scripts_with_syntax_problems_exit_with_2_in_each_format(string format)
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 'open;" };

        var lint = await On(scripts).FailAsync(2, "lint", $"--output={format}");

        Assert.Contains("This string is never closed", lint.Stdout + lint.Stderr, StringComparison.Ordinal);
        Assert.Contains("V1__x.sql:1:8: This string is never closed", lint.Termination, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Placeholders_without_a_value_are_replaced_by_their_names()
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE INDEX i ON ${my-schema}.orders (${column});\nSELECT '${x}';" };

        var lint = await On(scripts).FailAsync(2, "lint", "--placeholder=column=a", "--output=json");

        Assert.Equal("my_schema.orders", lint.Json.GetProperty("findings")[0].GetProperty("table").GetString());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_lock_timeout_is_found()
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE orders ADD c int;" };

        Assert.EndsWith("1 script: nothing found.\n", (await On(scripts).SucceedAsync("lint")).Stdout, StringComparison.Ordinal);
        Assert.Contains("[lock-timeout-off]", (await On(scripts).SucceedAsync("lint", "--lock-timeout=none")).Stdout, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up", "--output=sarif", "invalid value 'sarif' for --output (MIGRATE_OUTPUT): expected text or json")]
    [InlineData("lint", "--output=xml", "invalid value 'xml' for --output (MIGRATE_OUTPUT): expected text, json, sarif, github or junit")]
    [InlineData("lint", "--fail-on=never", "invalid value 'never' for --fail-on (MIGRATE_FAIL_ON): expected error, warning or none")]
    [InlineData("lint", "--since=x", "invalid value 'x' for --since (MIGRATE_SINCE): expected a version such as 12 or 1.2")]
    public async Task A_value_that_it_does_not_know_is_refused(string command, string flag, string problem)
    {
        using var scripts = new ScriptFolder();

        Assert.Contains(problem, (await On(scripts).FailAsync(2, command, flag)).Stderr, StringComparison.Ordinal);
    }

    private static Cli On(ScriptFolder scripts) => new() { ["MIGRATE_DIR"] = scripts.Path };

    private static string Scripts(CliResult lint)
        => string.Join(' ', lint.Json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("script").GetString()));

    private static string Attributes(XElement element, params string[] names) => string.Join('|', names.Select(n => element.Attribute(n)?.Value).Prepend(element.Name.LocalName));

    private static string Join(JsonElement element, params string[] names) => string.Join('|', names.Select(n => element.GetProperty(n).ToString()));
}
