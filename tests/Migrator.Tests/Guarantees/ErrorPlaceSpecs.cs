using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Guarantee 10: errors contain the script, line and column, the SQLSTATE, the server's message, detail and hint, and advice.
/// Notices contain the script and line.
/// </summary>
public sealed class ErrorPlaceSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15, "SELECT 1;\nSELECT 2;\nSELECT nothing;", "3:8")]
    [InlineData(18, "SELECT 1;\nSELECT 2;\nSELECT nothing;", "3:8")]
    [InlineData(15, "SELECT 'é😀';\r\n-- 漢字\r\nSELECT\r\n  'ß', nothing;\r\n", "4:8")]
    [InlineData(18, "SELECT 'é😀';\r\n-- 漢字\r\nSELECT\r\n  'ß', nothing;\r\n", "4:8")]
    [InlineData(15, "SELECT 1; SELECT 2; SELECT 3 FRM x;", "1:34")]
    [InlineData(15, "\uFEFFSELECT nothing;", "1:8")]
    [InlineData(15, "SELECT '${long}'; SELECT '${long}', nothing;", "1:37")]
    [InlineData(15, "SELECT '${long}';\n  SELECT '${long}' / 0;", "2:10")]
    [InlineData(15, "SELECT '${long}';\n\n  /* why */ -- not\n  SELECT 1/0;", "4:3")]
    [InlineData(15, "CREATE TABLE t (x int PRIMARY KEY);\nINSERT INTO t VALUES (1);\n  INSERT INTO t VALUES (1);", "3:3")]
    [InlineData(15, "-- evolve-tx-off\nSELECT 1;\n SELECT 'é', nothing;", "3:14")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nSELECT 1;\nSELECT nothing;\nCOMMIT;", "4:8")]
    [InlineData(15, "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON nowhere (x);", "2:1")]
    [InlineData(15, "-- evolve-tx-off\nCREATE TABLE t (x int);\nCREATE INDEX CONCURRENTLY i ON t (nothing);", "3:1")]
    [InlineData(15, "CREATE TABLE t (x int);\nCOPY t FROM stdin;\n1\n\\.\nSELECT nothing;", "5:8")]
    [InlineData(15, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 'é'::text || nothing\n$$;", "2:23")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nCREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO t VALUES (1), (1);\n  COMMIT;", "5:3")]
    public async Task The_place_of_an_error_is_the_servers_position_or_the_statements_start(int major, string text, string place)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { ["V2__x.sql"] = text };

        var up = await new Cli(database, scripts).FailAsync(1, "up", "--placeholder=long=quite a bit longer\nthan its name, é😀");

        Assert.StartsWith($"error: V2__x.sql:{place}: ", up.FirstError, StringComparison.Ordinal);
        Assert.Matches("\\(SQLSTATE [0-9A-Z]{5}\\)$", up.FirstError);
        Assert.Contains("\n  next: ", up.Stderr, StringComparison.Ordinal);
        Assert.StartsWith($"V2__x.sql:{place}: ", up.Termination, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Notices_and_warnings_name_the_script_and_line_in_every_kind_of_script(int major)
    {
        const string Raise = "DO $$ BEGIN RAISE NOTICE 'n'; RAISE WARNING 'w'; RAISE DEBUG 'd'; END $$;";
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"SELECT 1;\nSELECT 2;\n  {Raise}\nSELECT 3;",
            ["V2__b.sql"] = $"-- evolve-tx-off\n\n{Raise}\nDROP TABLE IF EXISTS nowhere;\nBEGIN;\nSELECT 1;\n {Raise}\nCOMMIT;",
            ["R__c.sql"] = $"\r\n{Raise}",
        };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(
            [
                "V1__a.sql:3:3: NOTICE: n", "V1__a.sql:3:3: WARNING: w",
                "V2__b.sql:3:1: NOTICE: n", "V2__b.sql:3:1: WARNING: w",
                "V2__b.sql:4:1: NOTICE: table \"nowhere\" does not exist, skipping",
                "V2__b.sql:7:2: NOTICE: n", "V2__b.sql:7:2: WARNING: w",
                "R__c.sql:2:1: NOTICE: n", "R__c.sql:2:1: WARNING: w",
            ],
            up.Stderr.TrimEnd('\n').Split('\n'));
    }

    [Fact(Timeout = Timeout)]
    public async Task Detail_hint_and_context_are_in_the_text_and_in_the_JSON()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "SELECT 1;\nDO $$ BEGIN\n  RAISE EXCEPTION 'no' USING DETAIL = 'why', HINT = 'try yes', ERRCODE = 'XX123';\nEND $$;",
        };
        var migrate = new Cli(database, scripts);

        var problem = (await migrate.FailAsync(1, "up", "--output=json")).Json.GetProperty("problems")[0];
        var text = await migrate.FailAsync(1, "up");

        Assert.Equal(
            "V1__x.sql|2|1|no|XX123|why|try yes|PL/pgSQL function inline_code_block line 2 at RAISE",
            string.Join('|', "script line column message sqlState detail hint context".Split(' ').Select(f => problem.GetProperty(f))));
        Assert.StartsWith(
            "error: V1__x.sql:2:1: no (SQLSTATE XX123)\n  detail: why\n  hint: try yes\n  context: PL/pgSQL function inline_code_block line 2 at RAISE\n  next: ",
            text.Stderr,
            StringComparison.Ordinal);
    }
}
