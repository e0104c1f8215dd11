using Xunit;

namespace Migrator.LocalCluster.Tests.Support;

/// <summary>The output of helm or kubectl.</summary>
internal sealed record Output(int ExitCode, string Text, string Error)
{
    /// <summary>Checks that the command succeeded, and returns this output.</summary>
    public Output Done()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Text}{Error}");
        return this;
    }

    /// <summary>Checks that the command failed, and returns this output.</summary>
    public Output Failed()
    {
        Assert.True(ExitCode != 0, $"exit code 0\n{Text}{Error}");
        return this;
    }
}
