using Migrator.Sql.Statements;
using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Sql;

public sealed class SourcePositionTests(SharedServer server)
{
    [Theory(Timeout = 10_000)]
    [InlineData("", 0, "1:1")]
    [InlineData("abc", 0, "1:1")]
    [InlineData("abc", 2, "1:3")]
    [InlineData("abc", 3, "1:4")]
    [InlineData("abc", 99, "1:4")]
    [InlineData("abc", -1, "1:1")]
    [InlineData("a\nb", 1, "1:2")]
    [InlineData("a\nb", 2, "2:1")]
    [InlineData("a\n", 2, "2:1")]
    [InlineData("a\r\nb", 2, "1:3")]
    [InlineData("a\r\nb", 3, "2:1")]
    [InlineData("a\rb", 2, "2:1")]
    [InlineData("a\r\rb\r\n\nc", 7, "5:1")]
    [InlineData("\n\n\n", 3, "4:1")]
    [InlineData("\t é x", 4, "1:5")]
    [InlineData("\U0001F418\U0001F418x", 4, "1:3")]
    [InlineData("\n\U0001F418 x", 4, "2:3")]
    [InlineData("\uD83Dx", 1, "1:2")]
    public void An_offset_has_this_position(string text, int offset, string position) =>
        Assert.Equal(position, SourcePosition.Start.After(text, offset).ToString());

    /// <summary>Each script contains one wrong statement. It selects a column with the name ERROR, which does not exist.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("SELECT 1;\n\n  SELECT ERROR;")]
    [InlineData("SELECT '\U0001F418\U0001F418', ERROR;")]
    [InlineData("-- \U0001F418\n\tSELECT 'é',\r\n  '\U0001F418' || ERROR FROM pg_class;\nSELECT 1;")]
    [InlineData("/* a */ SELECT\n-- \U0001F418\rERROR")]
    public async Task The_position_in_a_server_error_is_converted_to_the_position_in_the_script(string script)
    {
        var database = await server.CreateDatabaseAsync();
        await using var connection = await database.ConnectAsync();
        var statement = Assert.Single(Read(script), s => s.Text.Contains("ERROR", StringComparison.Ordinal));
        await using var command = new NpgsqlCommand(statement.Text, connection);

        var error = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        var expected = SourcePosition.Start.After(script, script.IndexOf("ERROR", StringComparison.Ordinal));
        Assert.Equal(expected, statement.PositionAtServer(error.Position));
    }

    [Fact(Timeout = 10_000)]
    public void Without_a_position_from_the_server_the_start_of_the_statement_is_used()
    {
        const string script = "SELECT 1;\n  SELECT 2;";
        var statement = Read(script)[1];

        Assert.Equal("2:3", statement.PositionAtServer(0).ToString());
        Assert.Equal("2:11", statement.PositionAtServer(1_000).ToString());
    }

    private static List<SqlStatement> Read(string script)
    {
        var splitter = new StatementSplitter(new StringSource(script));
        var statements = new List<SqlStatement>();
        while (splitter.Read() is { } statement)
        {
            statements.Add(statement);
        }

        return statements;
    }
}
