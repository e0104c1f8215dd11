using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class OwnerSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Kill)]
    public async Task Containers_and_folders_are_removed_after_the_owner_of_the_cluster_ends(Signal signal)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var logs = new TempFolder();
        var log = Path.Combine(logs.Path, "log");
        var program = Path.Combine(AppContext.BaseDirectory, "cluster-owner");
        await using var owner = GuardedProcess.Start(program, [], log, logs.Path);
        var folder = await ReadAsync(owner, log, cancel);
        var container = Assert.Single(
            Directory.EnumerateFiles(Path.Combine(folder, "processes")).Select(Path.GetFileName));

        owner.Send(signal);

        await owner.WaitAsync(cancel);
        while (Directory.Exists(folder) || IsRunning(container!))
        {
            await Task.Delay(50, cancel);
        }
    }

    private static async Task<string> ReadAsync(GuardedProcess owner, string log, CancellationToken cancel)
    {
        while (true)
        {
            var hasExited = owner.HasExited;
            var output = File.Exists(log) ? await File.ReadAllTextAsync(log, cancel) : "";
            if (output.EndsWith('\n'))
            {
                return output.TrimEnd();
            }

            Assert.False(hasExited, output);
            await Task.Delay(50, cancel);
        }
    }

    /// <summary>
    /// Returns whether the process is running. A zombie counts as ended, because only its new parent can reap it.
    /// </summary>
    private static bool IsRunning(string processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
