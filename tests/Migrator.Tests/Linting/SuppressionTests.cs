using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>A comment with a reason allows a statement to break rules. A comment without a reason allows nothing.</summary>
public sealed class SuppressionTests
{
    private const string Drop = "ALTER TABLE orders DROP COLUMN old;";

    [Theory]
    [InlineData("-- migrate-lint: allow drop-column because v3 stopped reading it\n" + Drop, "(warning:drop-column@2:1)")]
    [InlineData(Drop + " -- migrate-lint: allow drop-column because v3 stopped reading it\nSELECT 1;", "(warning:drop-column@1:1)")]
    [InlineData(Drop + " -- migrate-lint: allow drop-column because v3 stopped reading it", "(warning:drop-column@1:1)")]
    [InlineData("ALTER TABLE orders\n    /* migrate-lint: allow drop-column because\n v3 stopped reading it */ DROP COLUMN old;", "(warning:drop-column@1:1)")]
    [InlineData("-- first\n\n--MIGRATE-LINT:  allow rename, drop-column BECAUSE of both \n-- last\nALTER TABLE orders DROP old;\n", "(warning:drop-column@5:1) warning:unused-suppression@3:1")]
    public void A_comment_with_a_reason_allows_the_rules_in_it(string script, string found)
        => Assert.Equal(found.Split(' ').Order(StringComparer.Ordinal), Lint.Names(Lint.Scripts(script)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("-- migrate-lint: allow drop-column\n" + Drop)]
    [InlineData("-- migrate-lint: allow drop-column because\n" + Drop)]
    public void A_comment_without_a_reason_allows_nothing_and_is_found(string script)
        => Assert.Equal(["warning:suppression-without-reason@1:1", "warning:drop-column@2:1"], Lint.Names(Lint.Scripts(script)));

    [Theory]
    [InlineData("-- migrate-lint: allow rename because of it\n" + Drop, "warning:unused-suppression@1:1 warning:drop-column@2:1")]
    [InlineData("-- migrate-lint: allow drop-colunm because of it\n" + Drop, "warning:unused-suppression@1:1 warning:drop-column@2:1")]
    [InlineData("-- migrate-lint: allow drop-column because of it\nSELECT 1;\n" + Drop, "warning:unused-suppression@1:1 warning:drop-column@3:1")]
    [InlineData(Drop + "\n-- migrate-lint: allow drop-column because of it", "warning:drop-column@1:1 warning:unused-suppression@2:1")]
    [InlineData("-- migrate-lint: allow because of it\n" + Drop, "warning:unused-suppression@1:1 warning:drop-column@2:1")]
    [InlineData("-- migrate-lint: because of it\n" + Drop, "warning:unused-suppression@1:1 warning:drop-column@2:1")]
    public void A_comment_that_allows_nothing_is_found(string script, string found)
        => Assert.Equal(found.Split(' '), Lint.Names(Lint.Scripts(script)));

    [Fact]
    public void Text_in_strings_and_data_is_not_a_comment()
        => Assert.Equal([], Lint.Names(Lint.Scripts("SELECT '-- migrate-lint: allow x';\nCOPY t FROM STDIN;\n-- migrate-lint: allow x\n\\.\nSELECT 1;")));
}
