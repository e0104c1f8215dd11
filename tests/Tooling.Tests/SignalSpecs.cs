using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class SignalSpecs
{
    [Fact(Timeout = 60_000)]
    public async Task Child_processes_ignore_and_block_no_signals_even_if_their_parent_does()
    {
        var owner = Path.Combine(AppContext.BaseDirectory, "tooling-owner");

        // A shell ignores INT and QUIT for a background job, and nohup ignores HUP.
        var result = await Guarded.Command(
            "env", "--ignore-signal=INT", "--ignore-signal=QUIT", "--ignore-signal=HUP", "--block-signal=TERM", owner, "signals")
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        var masks = result.StandardOutput.Split('\n')
            .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal) || line.StartsWith("SigBlk:", StringComparison.Ordinal));
        string[] none = ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"];
        Assert.Equal([.. none, .. none], masks);
    }
}
