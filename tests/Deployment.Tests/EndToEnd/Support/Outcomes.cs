using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>Assertions on the outcome of helm and kubectl.</summary>
internal static class Outcomes
{
    /// <summary>Asserts that the exit code is 0, and returns the outcome.</summary>
    public static ToolOutcome Succeeded(this ToolOutcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        return outcome;
    }

    /// <summary>Asserts that the exit code is not 0, and returns the outcome.</summary>
    public static ToolOutcome Failed(this ToolOutcome outcome)
    {
        Assert.True(outcome.ExitCode != 0, outcome.ToString());
        return outcome;
    }
}
