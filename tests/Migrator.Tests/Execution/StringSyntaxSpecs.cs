using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>A script can switch standard_conforming_strings off. The server and the splitter then read its strings in the same way.</summary>
public sealed class StringSyntaxSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("SET standard_conforming_strings = off;\nCREATE TABLE t (t text);\nINSERT INTO t VALUES ('it\\'s; fine');\nINSERT INTO t VALUES ('C:\\\\temp\\\\');")]
    [InlineData("CREATE TABLE t (t text); SET LOCAL standard_conforming_strings = off; INSERT INTO t VALUES ('it\\'s; fine'), ('C:\\\\temp\\\\');")]
    [InlineData("SELECT set_config('standard_conforming_strings', 'off', true);\nCREATE TABLE t AS VALUES ('it\\'s; fine'), ('C:\\\\temp\\\\');")]
    [InlineData("-- evolve-tx-off\nSET LOCAL standard_conforming_strings = off;\nCREATE TABLE t (t text);\nINSERT INTO t VALUES ('it''s; fine');\nINSERT INTO t VALUES ('C:\\temp\\');")]
    [InlineData("-- evolve-tx-off\nBEGIN;\nSET LOCAL standard_conforming_strings = off;\nCREATE TABLE t AS VALUES ('it\\'s; fine');\nCOMMIT;\nINSERT INTO t VALUES ('C:\\temp\\');")]
    [InlineData("-- evolve-tx-off\nSET standard_conforming_strings = off;\nCREATE TABLE t AS VALUES ('it\\'s; fine');\nRESET standard_conforming_strings;\nINSERT INTO t VALUES ('C:\\temp\\');")]
    public async Task Strings_are_read_as_the_script_has_set_it(string script)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script, ["V2__y.sql"] = "CREATE TABLE y AS SELECT '\\' AS x; SELECT 2;" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(["C:\\temp\\", "it's; fine"], await database.RowsAsync("SELECT * FROM t ORDER BY 1"));
        Assert.Equal(["\\"], await database.RowsAsync("SELECT x FROM y"));
        Assert.Equal("V1__x.sql,V2__y.sql", await database.HistoryAsync());
    }
}
