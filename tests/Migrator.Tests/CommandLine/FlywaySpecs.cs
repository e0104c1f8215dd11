using Migrator.History.Flyway;
using Migrator.Tests.Sql;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>A history that Flyway wrote is taken over: each applied script has its own row, and nothing runs again.</summary>
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

    // Flyway's own tests hold no known value that could be cited. By its definition (LoadableResource.checksum: CRC-32 of the
    // lines' UTF-8 bytes, without their ends, as a signed int), these are CRC-32's published check value, 0xCBF43926 for
    // "123456789", cut into lines, and that of the empty text.
    [Theory]
    [InlineData("123456789", -873187034)]
    [InlineData("1234\n56789\n", -873187034)]
    [InlineData("1234\r\n5678\r9", -873187034)]
    [InlineData("", 0)]
    public void Flyways_checksum_is_the_CRC32_of_the_lines(string text, int expected)
        => Assert.Equal(expected, FlywayChecksum.Of(new StringSource(text)));

    [Fact(Timeout = Timeout)]
    public async Task What_is_applied_by_its_rows_is_applied_and_the_rest_pending()
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

        var taken = await migrate.SucceedAsync("baseline", "--from-flyway");
        Assert.Equal("public.changelog: 3 applied scripts taken over.\n", taken.Stdout);
        Assert.Equal("V1__a.sql,V2__b.sql,R__v.sql", await database.HistoryAsync());

        var status = (await migrate.SucceedAsync("status")).Stdout;
        Assert.Matches(@"(?m)^2 +V2__b\.sql +applied", status);
        Assert.Matches(@"(?m)^3 +V3__c\.sql +pending", status);
        await migrate.SucceedAsync("up");
        Assert.Equal("c,d", string.Join(',', (await database.TablesAsync()).Split(',').Except(["flyway_schema_history"])));
        await migrate.SucceedAsync("validate");

        // Flyway's table stays as it was, and a second time there is nothing to do.
        Assert.Equal("7", await database.ScalarAsync("SELECT count(*) FROM flyway_schema_history WHERE success"));
        Assert.Equal("public.changelog holds this baseline already.\n", (await migrate.SucceedAsync("baseline", "--from-flyway")).Stdout);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("2|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|")]
    [InlineData("2|everything so far|SQL_BASELINE|B2__everything_so_far.sql|77")]
    public async Task A_baseline_of_Flyways_own_is_one_here(string row)
    {
        var database = await DatabaseAsync("|<< Flyway Schema Creation >>|SCHEMA|\"public\"|", row, "3|c|SQL|V3__c.sql|{V3__c.sql}");
        var migrate = new Cli(database, _scripts);

        var taken = await migrate.SucceedAsync("baseline", "--from-flyway");

        Assert.Equal("public.changelog: version 2 and everything below count as applied; 1 applied script taken over.\n", taken.Stdout);
        Assert.Equal("applied V4__d.sql, applied R__v.sql", string.Join(", ", (await migrate.SucceedAsync("up")).Stdout.Split('\n')[..2].Select(l => l.Split(" in ")[0])));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_version_that_Flyway_writes_otherwise_is_the_same_one()
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
    public async Task A_changed_a_missing_and_a_Java_script_stop_it_all_at_once_and_nothing_is_written()
    {
        var database = await DatabaseAsync(
            "1|a|SQL|V1__a.sql|12345", "2|b|SQL|V2__b.sql|{V2__b.sql}", "3|c|JDBC|db.migration.V3__C|", "7|gone|SQL|V7__gone.sql|1", "8|java|JDBC|db.migration.V8__Java|", "|v|SQL|R__v.sql|99");

        var refused = await new Cli(database, _scripts).FailAsync(6, "baseline", "--from-flyway");

        var said = refused.Stderr.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, said.Count);
        Assert.Equal("error: V1__a.sql was changed after Flyway applied it", said[0]);
        Assert.Contains($"detail: Flyway's checksum 12345, now {FlywayChecksum.Of(new StringSource("CREATE TABLE a ();"))}", refused.Stderr, StringComparison.Ordinal);
        Assert.Contains("Flyway applied version 7, but its script V7__gone.sql is not here", said[1], StringComparison.Ordinal);
        Assert.Contains("Flyway applied version 8, but its script db.migration.V8__Java is not here", said[2], StringComparison.Ordinal);
        Assert.Contains("next: It is no SQL: put a V8__….sql that does the same", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_that_failed_under_Flyway_and_a_version_out_of_range_stop_it_too()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}", "99999999999999999999|x|SQL|V99999999999999999999__x.sql|1");
        await database.ExecuteAsync("""
            INSERT INTO flyway_schema_history VALUES (98, '3', 'c', 'SQL', 'V3__c.sql', 1, 'app', now(), 5, false);
            INSERT INTO flyway_schema_history VALUES (99, '4', 'd', 'SQL', 'V4__d.sql', 1, 'app', now(), 5, false);
            """);
        await database.ExecuteAsync($"INSERT INTO flyway_schema_history VALUES (100, '3', 'c', 'SQL', 'V3__c.sql', {FlywayChecksum.Of(new StringSource(_scripts["V3__c.sql"]))}, 'app', now(), 5, true)");

        var refused = await new Cli(database, _scripts).FailAsync(6, "baseline", "--from-flyway");

        // V3 went through later.
        Assert.Equal(
            [
                "error: V4__d.sql failed when Flyway ran it, and may be half applied",
                "error: Flyway applied V99999999999999999999__x.sql, whose version cannot be taken over: it '99999999999999999999' contains a number above 9223372036854775807",
            ],
            refused.Stderr.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal)));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'changelog%'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_baseline_at_0_is_none_and_a_table_of_somebody_else_is_no_history()
    {
        var database = await DatabaseAsync("0|<< Flyway Baseline >>|BASELINE|<< Flyway Baseline >>|", "1|a|SQL|V1__a.sql|{V1__a.sql}");
        await database.ExecuteAsync("CREATE TABLE other ();");
        var migrate = new Cli(database, _scripts);

        var refused = await migrate.FailAsync(2, "baseline", "--from-flyway", "--flyway-table=other");
        Assert.StartsWith("error: public.other is not a table of Flyway: column \"version\" does not exist", refused.FirstError, StringComparison.Ordinal);
        Assert.Equal("public.changelog: 1 applied script taken over.\n", (await migrate.SucceedAsync("baseline", "--from-flyway")).Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_that_changed_since_is_run_again()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}", "|v|SQL|R__v.sql|99");
        var migrate = new Cli(database, _scripts);

        await migrate.SucceedAsync("baseline", "--from-flyway");

        Assert.Contains("applied R__v.sql", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Under_another_name_and_in_another_schema()
    {
        var database = await DatabaseAsync("1|a|SQL|V1__a.sql|{V1__a.sql}");
        await database.ExecuteAsync("CREATE SCHEMA s; ALTER TABLE flyway_schema_history RENAME TO schema_version; ALTER TABLE schema_version SET SCHEMA s;");

        var taken = await new Cli(database, _scripts).SucceedAsync("baseline", "--from-flyway", "--schema=s", "--flyway-table=schema_version");

        Assert.Equal("s.changelog: 1 applied script taken over.\n", taken.Stdout);
    }

    public void Dispose() => _scripts.Dispose();

    /// <summary>A database with rows of version, description, type, script and checksum; <c>{name}</c> is the script's own.</summary>
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
