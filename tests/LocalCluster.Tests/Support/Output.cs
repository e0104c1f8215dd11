using Xunit;

namespace Migrator.LocalCluster.Tests.Support;

/// <summary>What a client answered.</summary>
internal sealed record Output(int ExitCode, string Text, string Error)
{
    /// <summary>This, after checking that the client was content.</summary>
    public Output Done()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Text}{Error}");
        return this;
    }

    /// <summary>This, after checking that it was not.</summary>
    public Output Failed()
    {
        Assert.True(ExitCode != 0, $"exit code 0\n{Text}{Error}");
        return this;
    }
}
