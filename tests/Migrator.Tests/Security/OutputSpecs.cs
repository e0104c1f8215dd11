using System.Text.Json;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>Text from the server and from the user cannot leak a secret, change a terminal, or fill a log.</summary>
public sealed class OutputSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData("\u001b[2J cleared", "\\u001b[2J cleared")]
    [InlineData("bell\u0007", "bell\\u0007")]
    [InlineData("back\rspace", "back\\u000dspace")]
    [InlineData("\u202Eevil", "\\u202eevil")]
    [InlineData("tag\U000E0041 \U0001D173", "tag\\U000e0041 \\U0001d173")]
    [InlineData("a\u2028b\u0085c", "a\\u2028b\\u0085c")]
    [InlineData("x\n::error ::injected", "\\u003a:error ::injected")]
    [InlineData("x\n   ::stop-commands::y", "\\u003a:stop-commands::y")]
    [InlineData("##[add-matcher]x ##vso[task]", "\\u0023#[add-matcher]x \\u0023#vso[task]")]
    [InlineData("x\napplied V9__fake.sql in 1 ms", "NOTICE: x\n    applied V9__fake.sql in 1 ms")]
    [InlineData("x ##teamcity[setParameter name='a']", "x \\u0023#teamcity[setParameter name='a']")]
    public async Task Control_characters_and_commands_in_messages_of_the_server_are_escaped(string message, string printed)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"DO $do$ BEGIN RAISE NOTICE '%', $m${message}$m$; RAISE EXCEPTION '%', $m${message}$m$ USING DETAIL = $m${message}$m$; END $do$;",
        };
        var migrate = new Cli(database, scripts);

        var failed = await migrate.FailAsync(1, "up");

        Assert.Contains(printed, failed.Stderr, StringComparison.Ordinal);
        var all = $"{failed.Stdout}\n{failed.Stderr}\n{failed.Termination}";
        Assert.DoesNotContain(all, c => char.IsControl(c) && c is not '\n');
        Assert.DoesNotContain(all.Split('\n'), l => l.TrimStart().StartsWith("::", StringComparison.Ordinal) || l.Contains("##[", StringComparison.Ordinal));
        Assert.DoesNotContain("##", (await migrate.FailAsync(1, "up", "--output=json")).Stdout, StringComparison.Ordinal);
        Assert.Contains(message.Split('\n')[^1].TrimStart(), (await migrate.FailAsync(1, "up", "--output=json")).Json.GetProperty("problems")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Rows_of_the_history_stay_on_their_lines()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("UPDATE changelog SET name = E'V1__a.sql\\n::error ::x\\x1b[2J', installed_by = E'\\x07'");

        var status = await migrate.RunAsync("status");

        Assert.DoesNotContain(status.Stdout + status.Stderr, c => char.IsControl(c) && c is not '\n');
        Assert.DoesNotContain((status.Stdout + status.Stderr).Split('\n'), l => l.TrimStart().StartsWith("::", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_long_message_is_cut_and_its_length_is_printed()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "DO $$ BEGIN RAISE NOTICE '%', repeat('n', 1000000); RAISE EXCEPTION '%', repeat('e', 1000000) USING DETAIL = repeat('d', 1000000), HINT = repeat('h', 1000000); END $$;",
        };
        var migrate = new Cli(database, scripts);

        var failed = await migrate.FailAsync(1, "up");

        Assert.Contains("eee… (cut; 1,000,000 bytes in total)", failed.Stderr, StringComparison.Ordinal);
        Assert.InRange(failed.Stderr.Length, 4 * 8000, 5 * 9000);
        Assert.InRange((await migrate.FailAsync(1, "up", "--output=json")).Stdout.Length, 3 * 8000, 4 * 9000);
        Assert.InRange(int.Parse(await database.ScalarAsync("SELECT max(length(message)) FROM changelog_audit"), System.Globalization.CultureInfo.InvariantCulture), 8000, 9000);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_flood_of_notices_is_counted_and_not_printed()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (); DO $$ BEGIN FOR i IN 1..2500 LOOP RAISE NOTICE 'number %', i; END LOOP; END $$;",
            ["V2__b.sql"] = "CREATE TABLE b (); DO $$ BEGIN FOR i IN 1..1001 LOOP RAISE NOTICE 'number %', i; END LOOP; RAISE EXCEPTION 'x'; END $$;",
        };

        var failed = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Equal(2000, failed.Stderr.Split('\n').Count(l => l.Contains("NOTICE", StringComparison.Ordinal)));
        Assert.Contains("V1__a.sql: 1,500 more messages of the server are not shown", failed.Stderr, StringComparison.Ordinal);
        Assert.Contains("V2__b.sql: 1 more messages of the server are not shown", failed.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task No_detail_keeps_values_of_rows_out_of_the_output()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (email text UNIQUE); INSERT INTO a VALUES ('row-value@example.com'), ('row-value@example.com');",
        };
        var migrate = new Cli(database, scripts);
        Assert.Contains("row-value", (await migrate.FailAsync(1, "up")).Termination, StringComparison.Ordinal);

        scripts["V1__a.sql"] = "CREATE TABLE a (email int);\nCOPY a FROM stdin;\nrow-value@example.com\n\\.";
        migrate.Secrets.Add("row-value@example.com\"\n");
        var copy = await migrate.FailAsync(1, "up", "--no-detail");
        scripts["V1__a.sql"] = "CREATE TABLE a (email text UNIQUE); INSERT INTO a VALUES ('row-value@example.com'), ('row-value@example.com');";
        migrate.Secrets.Add("row-value@example.com");
        await migrate.FailAsync(1, "up", "--no-detail");
        await migrate.FailAsync(1, "up", "--no-detail", "--output=json");
        Assert.DoesNotContain("context:", copy.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("create_orders")]
    [InlineData("applied")]
    [InlineData("done")]
    [InlineData("public")]
    [InlineData("1")]
    public async Task A_password_that_is_an_ordinary_word_does_not_damage_the_output(string password)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync($"CREATE ROLE r_{database.Name} LOGIN PASSWORD '{password}'; GRANT CREATE ON SCHEMA public TO r_{database.Name}");
        using var scripts = new ScriptFolder { ["V1__create_orders.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf($"r_{database.Name}", password) };

        var plan = await migrate.SucceedAsync("plan");
        var up = await migrate.SucceedAsync("up", "--output=json");
        var status = await migrate.SucceedAsync("status", "--output=json");

        Assert.DoesNotContain("***", plan.Stdout + plan.Stderr + up.Stdout + up.Stderr + status.Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_of_several_lines_is_masked_in_messages_and_in_the_audit_table()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__raise.sql"] = "DO $$ BEGIN RAISE NOTICE 'notice ${token}'; RAISE EXCEPTION 'boom ${token} end' USING DETAIL = 'det ${token}', HINT = 'hint ${token}'; END $$;",
        };
        var migrate = new Cli(database, scripts) { ["MIGRATE_PLACEHOLDER_TOKEN"] = "LineONE-MARK1\nLineTWO-MARK2\nLineTHREE-MARK3" };
        migrate.Secrets.AddRange(["MARK1", "MARK2", "MARK3"]);

        await migrate.FailAsync(1, "up");
        await migrate.FailAsync(1, "up", "--output=json");
        await migrate.SucceedAsync("status", "--history", "--output=json");

        Assert.DoesNotContain("MARK", string.Join('\n', await database.RowsAsync("SELECT message FROM changelog_audit")), StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("PGHOST")]
    [InlineData("PGDATABASE")]
    [InlineData("MIGRATE_DIR")]
    [InlineData("MIGRATE_SCHEMA")]
    [InlineData("MIGRATE_LOCK_WAIT")]
    public async Task The_password_of_a_URL_in_the_wrong_variable_is_masked(string variable)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts) { [variable] = "postgres://app:wrong-place@127.0.0.1:1/x" };
        migrate.Secrets.Add("wrong-place");

        await migrate.RunAsync("up", "--connect-wait=0s");
        await migrate.RunAsync("up", "--connect-wait=0s", "--output=json");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_password_of_a_password_file_is_masked_in_messages_of_the_server()
    {
        var database = await server.CreateDatabaseAsync();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "pgpass");
        await File.WriteAllTextAsync(file, $"# comment\n*:*:*:app:{SharedServer.Password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}\n", TestContext.Current.CancellationToken);
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = $"DO $do$ BEGIN RAISE EXCEPTION '%', '{quoted}'; END $do$;" };
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = $"postgres://app@{database.Host}:{database.Port}/{database.Name}", ["PGPASSFILE"] = file };

        await migrate.FailAsync(1, "up");
    }

    [Fact(Timeout = Timeout)]
    public async Task JSON_of_a_cut_message_is_valid()
    {
        // The cut at 8 KB must not split a surrogate pair.
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "DO $$ BEGIN RAISE EXCEPTION '%', repeat('\U0001F600', 100000); END $$;" };

        var failed = await new Cli(database, scripts).FailAsync(1, "up", "--output=json");

        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(failed.Stdout).RootElement.ValueKind);
    }
}
