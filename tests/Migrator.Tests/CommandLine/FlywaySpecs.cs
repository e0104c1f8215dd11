using Migrator.History.Flyway;
using Migrator.Tests.Sql;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary><c>baseline --from-flyway</c> adopts a Flyway history: each applied script gets its own row, and nothing runs again.</summary>
public sealed class FlywaySpecs(SharedServer server) : IClassFixture<Prepared>, IDisposable
{
    private const int Timeout = 90_000;

    // As Flyway 10 creates it (flyway-database-postgresql, PostgreSQLDatabase.getRawCreateScript).
    private const string Table = """
        CREATE TABLE flyway_schema_history (
            installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL,
            script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL);
        """;

    private readonly ScriptFolder _scripts = new()
    {
        ["V1__a.sql"] = "CREATE TABLE a ();\n",
        ["V2__b.sql"] = "\uFEFFCREATE TABLE b ();\r\n-- é\r\n",
        ["V3__c.sql"] = "CREATE TABLE c ();",
        ["V4__d.sql"] = "CREATE TABLE d ();",
        ["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
    };

    // Flyway's tests contain no value that could be cited. Flyway defines the checksum as the CRC-32 of the UTF-8 bytes of the
    // lines, without line ends, as a signed int (LoadableResource.checksum). The expected values are the published check
    // value of CRC-32, 0xCBF43926 for "123456789", and the value for an empty text.
    [Theory]
    [InlineData("123456789", -873187034)]
    [InlineData("1234\n56789\n", -873187034)]
    [InlineData("1234\r\n5678\r9", -873187034)]
    [InlineData("", 0)]
    public void The_checksum_of_Flyway_is_the_CRC32_of_the_lines(string text, int expected)
        => Assert.Equal(expected, FlywayChecksum.Of(new StringSource(text)));

    [Fact(Timeout = Timeout)]
    public async Task Scripts_that_Flyway_applied_are_applied_and_the_others_are_pending()
    {
        var database = await DatabaseAsync(
            "1|a|SQL|V1__a.sql|{V1__a.sql}",
            "2|b|SQL|V2__b.sql|{V2__b.sql}",
            "3|c|SQL|V3__c.sql|{V3__c.sql}",
            "|v|SQL|R__v.sql|{R__v.sql}",
            "3|c|UNDO_SQL|U3__c.sql|1",
            "9|gone|SQL|V9__gone.sql|5",
            "9|gone|DELETE|V9__gone.sql|5");
        var migrate = new Cli(database, _scripts);

        var baseline = await migrate.SucceedAsync("baseline", "--from-flyway");
        Assert.Equal("public.changelog: 3 applied scripts adopted.\n", baseline.Stdout);
        Assert.Equal("V1__a.sql,V2__b.sql,R__v.sql", await database.HistoryAsync());

        var status = (await migrate.SucceedAsync("status")).Stdout;
        Assert.Matches(@"(?m)^2 +V2__b\.sql +applied", status);
        Assert.Matches(@"(?m)^3 +V3__c\.sql +pending", status);
        await migrate.SucceedAsync("up");
        Assert.Equal("c,d", string.Join(',', (await database.TablesAsync()).Split(',').Except(["flyway_schema_history"])));
        await migrate.SucceedAsync("validate");

        // Flyway's table is not changed, and a second baseline changes nothing.
        Assert.Equal("7", await database.ScalarAsync("SELECT count(*) FROM flyway_schema_history WHERE success"));
        Assert.Equal("public.changelog already has this baseline.\n", (await migrate.SucceedAsync("baseline", "--from-flyway")).Stdout);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("2|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|")]
    [InlineData("2|everything so far|SQL_BASELINE|B2__everything_so_far.sql|77")]
    public async Task A_baseline_in_the_Flyway_history_is_adopted(string row)
    {
        var database = await DatabaseAsync("|<< Flyway Schema Creation >>|SCHEMA|\"public\"|", row, "3|c|SQL|V3__c.sql|{V3__c.sql}");
        var migrate = new Cli(database, _scripts);

        var baseline = await migrate.SucceedAsync("baseline", "--from-flyway");

        Assert.Equal("public.changelog: version 2 and all versions below count as applied; 1 applied script adopted.\n", baseline.Stdout);
        Assert.Equal("applied V4__d.sql, applied R__v.sql", string.Join(", ", (await migrate.SucceedAsync("up")).Stdout.Split('\n')[..2].Select(l => l.Split(" in ")[0])));
    }

    [Fact(Timeout = Timeout)]
    public async Task Version_1_and_version_1_0_are_the_same_version()
    {
        _scripts.Remove("V1__a.sql");
        _scripts["V1.0__a.sql"] = "CREATE TABLE a ();";
        _scripts.Remove("V3__c.sql");
        _scripts["V3.0__c.sql"] = "CREATE TABLE c ();";
        var database = await DatabaseAsync("1|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|", "2|b|SQL|V2__b.sql|{V2__b.sql}", "3|c|SQL|sub/V3.0__c.sql|{V3.0__c.sql}");
        var migrate = new Cli(database, _scripts);

        await migrate.SucceedAsync("baseline", "--from-flyway");

        Assert.Equal(["V4__d.sql", "R__v.sql"], (await migrate.SucceedAsync("plan", "--output=json")).Json.GetProperty("pending").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Changed_missing_and_Java_scripts_are_reported_together_and_nothing_is_written()
    {
        var database = await DatabaseAsync(
            "1|a|SQL|V1__a.sql|12345", "2|b|SQL|V2__b.sql|{V2__b.sql}", "3|c|JDBC|db.migration.V3__C|", "7|gone|SQL|V7__gone.sql|1", "8|java|JDBC|db.migration.V8__Java|", "|v|SQL|R__v.sql|99");

        var refused = await new Cli(database, _scripts).FailAsync(6, "baseline", "--from-flyway");

        var errors = refused.Stderr.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, errors.Count);
        Assert.Equal("error: V1__a.sql was changed after Flyway applied it", errors[0]);
        Assert.Contains($"detail: Flyway's checksum 12345, now {FlywayChecksum.Of(new StringSource("CREATE TABLE a ();"))}", refused.Stderr, StringComparison.Ordinal);
        Assert.Contains("Flyway applied version 7, but its script V7__gone.sql is missing", errors[1], StringComparison.Ordinal);
        Assert.Contains("Flyway applied version 8, but its script db.migration.V8__Java is missing", errors[2], StringComparison.Ordinal);
        Assert.Contains("next: It is not an SQL script. Replace it with a V8__….sql that does the same", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Scripts_that_failed_in_Flyway_and_versions_out_of_range_are_refused()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}", "99999999999999999999|x|SQL|V99999999999999999999__x.sql|1");
        await database.ExecuteAsync("""
            INSERT INTO flyway_schema_history VALUES (98, '3', 'c', 'SQL', 'V3__c.sql', 1, 'app', now(), 5, false);
            INSERT INTO flyway_schema_history VALUES (99, '4', 'd', 'SQL', 'V4__d.sql', 1, 'app', now(), 5, false);
            """);
        await database.ExecuteAsync($"INSERT INTO flyway_schema_history VALUES (100, '3', 'c', 'SQL', 'V3__c.sql', {FlywayChecksum.Of(new StringSource(_scripts["V3__c.sql"]))}, 'app', now(), 5, true)");

        var refused = await new Cli(database, _scripts).FailAsync(6, "baseline", "--from-flyway");

        // A later row says that V3 succeeded.
        Assert.Equal(
            [
                "error: V4__d.sql failed when Flyway ran it, and may be partially applied",
                "error: Flyway applied V99999999999999999999__x.sql, whose version is not supported: it '99999999999999999999' contains a number above 9223372036854775807",
            ],
            refused.Stderr.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_Flyway_baseline_at_0_is_ignored_and_a_table_with_other_columns_is_refused()
    {
        var database = await DatabaseAsync("0|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|", "1|a|SQL|V1__a.sql|{V1__a.sql}");
        await database.ExecuteAsync("CREATE TABLE other ();");
        var migrate = new Cli(database, _scripts);

        var refused = await migrate.FailAsync(2, "baseline", "--from-flyway", "--flyway-table=other");
        Assert.StartsWith("error: public.other is not a history table of Flyway: column \"version\" does not exist", refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("public.changelog: 1 applied script adopted.\n", (await migrate.SucceedAsync("baseline", "--from-flyway")).Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_that_changed_after_Flyway_applied_it_runs_again()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}", "|v|SQL|R__v.sql|99");
        var migrate = new Cli(database, _scripts);

        await migrate.SucceedAsync("baseline", "--from-flyway");

        Assert.Contains("applied R__v.sql", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_Flyway_table_with_another_name_in_another_schema_is_adopted()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}");
        await database.ExecuteAsync("CREATE SCHEMA s; ALTER TABLE flyway_schema_history RENAME TO schema_version; ALTER TABLE schema_version SET SCHEMA s;");

        var baseline = await new Cli(database, _scripts).SucceedAsync("baseline", "--from-flyway", "--schema=s", "--flyway-table=schema_version");

        Assert.Equal("s.changelog: 1 applied script adopted.\n", baseline.Stdout);
    }

    public void Dispose() => _scripts.Dispose();

    /// <summary>Creates a database with a Flyway history.</summary>
    /// <param name="rows">
    /// Version, description, type, script and checksum of each row. <c>{name}</c> stands for the checksum of that script.
    /// </param>
    private async Task<TestDatabase> DatabaseAsync(params string[] rows)
    {
        var database = await server.CreateDatabaseAsync();
        var inserts = rows.Select((row, i) =>
        {
            var cells = row.Split('|');
            var checksum = cells[4].StartsWith('{') ? $"{FlywayChecksum.Of(new StringSource(_scripts[cells[4].Trim('{', '}')].TrimStart('\uFEFF')))}" : cells[4];
            string Text(string cell) => cell.Length == 0 ? "NULL" : $"'{cell}'";
            return $"INSERT INTO flyway_schema_history VALUES ({i + 1}, {Text(cells[0])}, {Text(cells[1])}, '{cells[2]}', {Text(cells[3])}, {(checksum.Length == 0 ? "NULL" : checksum)}, 'app', now(), 5, true);";
        });
        await database.ExecuteAsync(Table + string.Concat(inserts));
        return database;
    }
}
