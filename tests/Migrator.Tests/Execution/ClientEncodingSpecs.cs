using System.Text;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>Scripts reach the server as UTF-8, whatever the environment, the role and the database say.</summary>
public sealed class ClientEncodingSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Script = "CREATE TABLE city AS SELECT 'Orléans'::text AS name, current_setting('client_encoding') AS encoding;";

    [Theory(Timeout = Timeout)]
    [InlineData("PGCLIENTENCODING", "UNICODE")]
    [InlineData("PGCLIENTENCODING", "utf-8")]
    [InlineData("PGOPTIONS", "-c client_encoding=LATIN1")]
    public async Task No_variable_changes_the_encoding_of_a_script(string variable, string value)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__city.sql"] = Script };

        await new Cli(database, scripts) { [variable] = value }.SucceedAsync("up");

        Assert.Equal(["4f726cc3a9616e73|UTF8"], await StoredAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_settings_of_role_and_database_do_not_change_the_encoding_of_a_script()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync(
            $"ALTER DATABASE \"{database.Name}\" SET client_encoding = 'WIN1252'; ALTER ROLE {SharedServer.Role} IN DATABASE \"{database.Name}\" SET client_encoding = 'LATIN1'");
        using var scripts = new ScriptFolder { ["V1__city.sql"] = "RESET ALL;\nRESET client_encoding;\nSET NAMES 'utf-8';\n" + Script };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(["4f726cc3a9616e73|UTF8"], await StoredAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_pending_script_with_invalid_UTF8_is_refused_and_an_applied_one_is_not()
    {
        var database = await server.CreateDatabaseAsync();
        byte[] invalid = [0xEF, 0xBB, 0xBF, .. Encoding.Latin1.GetBytes("SELECT 1;\nSELECT 'Orléans';\n")];
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        scripts.Write("V2__city.sql", invalid);

        string[][] commands = [["up"], ["validate", "--offline"], ["lint"]];
        foreach (var command in commands)
        {
            Assert.Contains("error: V2__city.sql:2:12: the script is not valid UTF-8", (await new Cli(database, scripts).FailAsync(2, command)).Stderr, StringComparison.Ordinal);
        }

        Assert.Empty(await database.TablesAsync());

        await new Cli(database, scripts).SucceedAsync("baseline", "2");
        await new Cli(database, scripts).SucceedAsync("up");
    }

    private static async Task<IEnumerable<string>> StoredAsync(TestDatabase database)
        => await database.RowsAsync("SELECT encode(convert_to(name, 'UTF8'), 'hex'), encoding FROM city");
}
