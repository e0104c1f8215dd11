using System.Diagnostics;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class OwnerSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Containers_and_folders_are_gone_with_the_owner_of_their_cluster(string signal)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var owner = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cluster-owner"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var folder = await owner.StandardOutput.ReadLineAsync(cancel);
        var container = Assert.Single(
            Directory.EnumerateFiles(Path.Combine(folder!, "processes")).Select(Path.GetFileName));

        using (var kill = Process.Start("kill", ["-s", signal, $"{owner.Id}"]))
        {
            await kill.WaitForExitAsync(cancel);
        }

        await owner.WaitForExitAsync(cancel);
        while (Directory.Exists(folder) || IsRunning(container!))
        {
            await Task.Delay(50, cancel);
        }
    }

    /// <summary>A zombie, which only its new parent can reap, has ended.</summary>
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
