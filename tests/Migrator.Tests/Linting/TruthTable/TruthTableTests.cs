using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>The truth table is complete.</summary>
public sealed class TruthTableTests
{
    [Fact]
    public void Every_subtype_of_ALTER_TABLE_has_a_case()
    {
        var covered = TruthCases.All.SelectMany(c => c.Covers.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct().ToList();

        Assert.Empty(AlterTableSubtypes.All.Except(covered));
        Assert.Empty(covered.Except(AlterTableSubtypes.All));
        Assert.Equal(66, AlterTableSubtypes.All.Distinct().Count());
    }

    [Fact]
    public void Every_case_has_a_unique_name_of_lower_case_words()
    {
        Assert.Equal(TruthCases.All.Select(c => c.Name).Distinct(), TruthCases.All.Select(c => c.Name));
        Assert.All(TruthCases.All, c => Assert.Matches("^[a-z]+(-[a-z]+)*$", c.Name));
    }

    [Fact]
    public void Every_case_is_one_statement_without_a_semicolon_at_its_end()
        => Assert.All(TruthCases.All, c => Assert.False(c.Statement.EndsWith(';') || c.Statement.Contains('\n', StringComparison.Ordinal), c.Name));

    [Fact]
    public void The_table_contains_each_case_for_each_major_version_that_knows_its_syntax()
    {
        var table = TruthTableFile.Read();

        Assert.Equal(TruthCases.All.Select(c => c.Name), table.Names);
        foreach (var one in TruthCases.All)
        {
            Assert.All(Enumerable.Range(one.From, 19 - one.From), major => Assert.True(table[one.Name, major] is not null, $"{one.Name}, PostgreSQL {major}"));
        }
    }

    [Fact]
    public void The_effects_in_the_table_are_in_their_usual_form()
    {
        var table = TruthTableFile.Read();
        foreach (var (_, _, effects) in TruthCases.All.SelectMany(table.Of))
        {
            Assert.Equal(effects, TruthTableFile.Parse(effects) switch { null => effects, [] => "none", var all => string.Join("; ", all) });
        }
    }
}
