using Migrator.Scripts.Sql;
using Xunit;

namespace Migrator.Tests.Scripts.Sql;

/// <summary>Where statements end, case by case. <see cref="PsqlComparisonTests"/> asks psql about the same cases.</summary>
public sealed class StatementSplitterTests
{
    public static TheoryData<string, string> Cases =>
        [.. SplitterCases.All.Concat(SplitterCases.Newer).Select(c => new TheoryDataRow<string, string>(c.Script, c.Statements))];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Cases))]
    public Task A_script_is_cut_where_psql_cuts_it(string script, string statements) => Task.Run(
        () =>
        {
            SplitResult result = StatementSplitter.Split(script);

            Assert.Empty(result.Problems);
            Assert.Equal(statements, string.Join('‖', result.Statements.Select(Show)));
            Assert.All(result.Statements, s => Assert.Equal(s.Text, script.Substring(s.Offset, s.Text.Length)));
        },
        TestContext.Current.CancellationToken);

    private static string Show(SqlStatement statement) =>
        statement.CopyData is { } data ? $"{statement.Text}{{{data.Text}}}" : statement.Text;
}
