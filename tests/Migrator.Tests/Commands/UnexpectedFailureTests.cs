using Migrator.Commands;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class UnexpectedFailureTests
{
    // An analyzer refuses code that creates an OutOfMemoryException. InsufficientMemoryException is derived from it.
    private static readonly InsufficientMemoryException NoMemory = new();

    public static TheoryData<Exception> OutOfMemory =>
    [
        NoMemory,
        new InvalidOperationException("", NoMemory),
        new AggregateException(new IOException(), new AggregateException(new IOException("", NoMemory))),
    ];

    [Theory]
    [MemberData(nameof(OutOfMemory), DisableDiscoveryEnumeration = true)]
    public void An_OutOfMemoryException_is_not_reported_as_a_bug(Exception exception)
    {
        MigrateException failure = UnexpectedFailure.Of(exception);

        Assert.Equal(ExitCode.MigrationFailed, failure.ExitCode);
        Problem problem = Assert.Single(failure.Problems);
        Assert.Equal("out-of-memory", problem.Id);
        Assert.Equal("migrate ran out of memory", problem.Message);
        Assert.Matches(@"^The heap limit is \d+ MB. It is set by DOTNET_GCHeapHardLimit, or ", problem.Detail);
        Assert.Contains("container's memory limit", problem.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void An_OutOfMemoryException_in_a_script_is_reported_with_the_statement()
    {
        var known = new Problem("connection-lost", "") { Script = "V1__a.sql", Position = new SourcePosition(3, 7) };
        var inScript = new MigrateException(ExitCode.DatabaseUnreachable, known, new IOException("", NoMemory));

        Assert.Equal("V1__a.sql:3:7", Assert.Single(UnexpectedFailure.Of(inScript).Problems).Location);
    }

    [Fact]
    public void Any_other_exception_is_reported_as_a_bug()
    {
        Problem problem = Assert.Single(UnexpectedFailure.Of(new InvalidOperationException("oops")).Problems);

        Assert.Equal("unexpected", problem.Id);
        Assert.Equal($"unexpected InvalidOperationException: {ForeignText.Of("oops")}", problem.Message);
        Assert.Contains("This is a bug in migrate.", problem.Advice, StringComparison.Ordinal);
    }
}
