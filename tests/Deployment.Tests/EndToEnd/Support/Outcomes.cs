using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>What is expected of a helm or kubectl.</summary>
internal static class Outcomes
{
    /// <summary>The outcome, after checking that it was content.</summary>
    public static ToolOutcome Succeeded(this ToolOutcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        return outcome;
    }

    /// <summary>The outcome, after checking that it was not.</summary>
    public static ToolOutcome Failed(this ToolOutcome outcome)
    {
        Assert.True(outcome.ExitCode != 0, outcome.ToString());
        return outcome;
    }
}
