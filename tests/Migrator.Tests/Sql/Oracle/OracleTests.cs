using System.Globalization;
using Migrator.Sql.Statements;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>
/// Compares <c>migrator/Sql</c> with PostgreSQL's own parser: what each statement is, which tables and columns it names, and which subcommands an ALTER TABLE has.
/// </summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private const int Timeout = 120_000;

    public static TheoryData<int> OlderMajors => [.. PostgresMajors.Tested.Select(row => row.Data).Where(major => major != PostgresParser.Newest)];

    [Fact(Timeout = Timeout)]
    public async Task The_SQL_in_this_repository_is_read_as_PostgreSQL_reads_it()
    {
        OracleComparison comparison = await CompareAsync(PostgresParser.Newest, RepositorySql.Statements());

        Assert.True(comparison.Compared > 1_000, $"Only {comparison.Compared} statements were found.");
    }

    /// <summary>MIGRATOR_SQL_ORACLE sets the number of statements (default 20,000), and MIGRATOR_SQL_SEED the random seed.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Generated_statements_are_read_as_PostgreSQL_reads_them()
    {
        string[] statements = Generate();

        OracleComparison comparison = await CompareAsync(PostgresParser.Newest, statements);

        // Some combinations are invalid, such as two COLLATE clauses.
        Assert.True(comparison.Invalid.Count * 20 < statements.Length, string.Join('\n', comparison.Invalid.Take(20).Select(i => $"{i.Error}: {i.Statement}")));
        string[] missing = [.. AlterTableSubcommands.All.Keys.Where(s => !comparison.Kinds.ContainsKey(s))];
        Assert.True(missing.Length == 0, $"No statement has the subcommands {string.Join(", ", missing)}.");
    }

    /// <summary>Older parsers refuse newer syntax. They read all other statements alike.</summary>
    [Theory(Timeout = Timeout)]
    [MemberData(nameof(OlderMajors))]
    public async Task An_older_PostgreSQL_reads_generated_statements_in_the_same_way(int major)
    {
        OracleComparison comparison = await CompareAsync(major, Generate());

        Assert.True(comparison.Compared > comparison.Invalid.Count * 2, $"{comparison.Invalid.Count} statements are invalid.");
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(PostgresMajors.Tested), MemberType = typeof(PostgresMajors))]
    public async Task Every_subcommand_of_ALTER_TABLE_is_compared(int major)
    {
        IReadOnlySet<string> names = await PostgresParser.SubcommandsAsync(major, TestContext.Current.CancellationToken);

        string[] compared = [.. AlterTableSubcommands.All.Keys.Select(k => k.Split(' ')[0]).Distinct()];
        Assert.Superset(new HashSet<string>(["AT_AddColumn", "AT_DropColumn"]), names.ToHashSet());
        Assert.Empty(names.Except(compared).Except(AlterTableSubcommands.Internal));
    }

    /// <summary>MIGRATOR_SQL_CORPUS is the path of a folder, such as PostgreSQL's src/test/regress/sql. psql commands are removed from its files.</summary>
    [Fact(Timeout = Timeout)]
    public async Task The_files_of_a_corpus_are_read_as_PostgreSQL_reads_them()
    {
        string? corpus = Environment.GetEnvironmentVariable("MIGRATOR_SQL_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "MIGRATOR_SQL_CORPUS is not set.");
        string[] files = [.. Directory.EnumerateFiles(corpus, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);

        await CompareAsync(PostgresParser.Newest, [.. files.SelectMany(f => RepositorySql.StatementsOf(File.ReadAllText(f)))]);
    }

    [Fact(Timeout = Timeout)]
    public void A_script_of_generated_statements_is_split_into_these_statements()
    {
        // The lines after COPY … FROM STDIN are data. psql takes "begin" in CREATE FUNCTION for the start of a body, also if it is a name.
        string[] statements = [.. Generate().Where(s => !StatementKind.IsCopyFromStdin(s) && !IsFunctionNamedBegin(s))];

        SplitScript split = SplitScript.Of(string.Join(";\n", statements));

        Assert.Empty(split.Problems);
        Assert.Equal(statements, split.Statements.Select(s => s.Text));
    }

    private static bool IsFunctionNamedBegin(string statement) => statement.StartsWith("create", StringComparison.OrdinalIgnoreCase)
        && (statement.Contains("function", StringComparison.OrdinalIgnoreCase) || statement.Contains("procedure", StringComparison.OrdinalIgnoreCase))
        && statement.Contains("begin", StringComparison.OrdinalIgnoreCase);

    private static string[] Generate()
    {
        SqlGenerator generator = new(Setting("MIGRATOR_SQL_SEED", 2025));
        return [.. Enumerable.Range(0, Setting("MIGRATOR_SQL_ORACLE", 20_000)).Select(_ => generator.Next())];
    }

    private static int Setting(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : byDefault;

    private async Task<OracleComparison> CompareAsync(int major, IReadOnlyList<string> statements)
    {
        OracleComparison comparison = await OracleComparison.RunAsync(major, statements, TestContext.Current.CancellationToken);
        output.WriteLine($"PostgreSQL {major}: {comparison.Compared} statements compared, {comparison.Invalid.Count} invalid");
        foreach ((string reason, int count) in comparison.Accepted.OrderByDescending(a => a.Value))
        {
            output.WriteLine($"{count} accepted differences: {reason}");
        }

        IEnumerable<OracleDifference> shortest = comparison.Differences.OrderBy(d => d.Statement.Length).Take(40);
        Assert.True(comparison.Differences.Count == 0, $"{comparison.Differences.Count} statements differ:\n{string.Join('\n', shortest)}");
        return comparison;
    }
}
