using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ScriptNameTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("V1__create_orders.sql", "Versioned", "1", "create orders")]
    [InlineData("v1__create_orders.sql", "Versioned", "1", "create orders")]
    [InlineData("V1.2__x.sql", "Versioned", "1.2", "x")]
    [InlineData("V1_2__x.sql", "Versioned", "1.2", "x")]
    [InlineData("V20240131_1200__add_index.SQL", "Versioned", "20240131.1200", "add index")]
    [InlineData("V1__a__b.sql", "Versioned", "1", "a  b")]
    [InlineData("V1__naïve.sql", "Versioned", "1", "naïve")]
    [InlineData("V1__a.b.sql", "Versioned", "1", "a.b")]
    [InlineData("U7__create_orders.sql", "Undo", "7", "create orders")]
    [InlineData("u7__x.sql", "Undo", "7", "x")]
    [InlineData("R__views.sql", "Repeatable", null, "views")]
    [InlineData("r__views.sql", "Repeatable", null, "views")]
    public void A_valid_name_is_parsed(string fileName, string kind, string? version, string description)
    {
        Assert.True(ScriptName.TryParse(fileName, out var name, out var problem), problem?.Message);

        Assert.Equal(fileName, name!.FileName);
        Assert.Equal(kind, name.Kind.ToString());
        Assert.Equal(version, name.Version?.Label);
        Assert.Equal(description, name.Description);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("create_orders.sql", "does not begin with V, U or R")]
    [InlineData(".sql", "does not begin with V, U or R")]
    [InlineData("1__x.sql", "does not begin with V, U or R")]
    [InlineData("V1_create_orders.sql", "two underscores are missing")]
    [InlineData("V1.sql", "two underscores are missing")]
    [InlineData("V.sql", "two underscores are missing")]
    [InlineData("V1__.sql", "the description is missing")]
    [InlineData("V1___.sql", "the description is missing")]
    [InlineData("R__.sql", "the description is missing")]
    [InlineData("V__create_orders.sql", "the version is missing")]
    [InlineData("U__create_orders.sql", "the version is missing")]
    [InlineData("V1a2__x.sql", "'1a2' must consist of numbers")]
    [InlineData("Views__x.sql", "'iews' must consist of numbers")]
    [InlineData("V-1__x.sql", "'-1' must consist of numbers")]
    [InlineData("V0__x.sql", "must be above 0")]
    [InlineData("V99999999999999999999__x.sql", "above 9223372036854775807")]
    public void An_invalid_name_is_rejected_with_the_reason(string fileName, string why)
    {
        Assert.False(ScriptName.TryParse(fileName, out _, out var problem));

        Assert.Equal(fileName, problem!.Script);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.Contains("V<version>__<description>.sql", problem.Advice, StringComparison.Ordinal);
    }
}
