using System.Diagnostics;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class OwnerSpecs
{
    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_gone_after_their_owner_is_killed()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var owner = Start();
        var (serverId, folder, _) = await ReadAsync(owner, cancel);
        Assert.True(Directory.Exists(folder));
        Assert.True(IsRunning(serverId));

        owner.Kill();

        await WaitUntilGoneAsync(serverId, folder, cancel);
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_gone_when_their_owner_has_ended_without_disposing()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var owner = Start();
        var (serverId, folder, _) = await ReadAsync(owner, cancel);

        await owner.StandardInput.WriteLineAsync();
        await owner.WaitForExitAsync(cancel);

        Assert.Equal(0, owner.ExitCode);
        Assert.False(IsRunning(serverId));
        Assert.False(Directory.Exists(folder));
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_gone_after_an_interrupt_of_the_whole_process_group()
    {
        var cancel = TestContext.Current.CancellationToken;
        // The owner as the leader of a group, as a shell with job control starts it: Ctrl-C goes to the group.
        using var owner = Start("setsid");
        var (serverId, folder, _) = await ReadAsync(owner, cancel);

        using (var kill = Process.Start("kill", ["-s", "INT", "--", $"-{owner.Id}"]))
        {
            await kill.WaitForExitAsync(cancel);
        }

        await WaitUntilGoneAsync(serverId, folder, cancel);
    }

    private static Process Start(string? launcher = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tooling-owner");
        return Process.Start(new ProcessStartInfo(launcher ?? program, launcher is null ? [] : [program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task<(int ServerId, string Folder, string ConnectionString)> ReadAsync(
        Process owner, CancellationToken cancel)
    {
        var line = await owner.StandardOutput.ReadLineAsync(cancel);
        Assert.NotNull(line);
        return line.Split(' ', 3) is [var id, var folder, var connection]
            ? (int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), folder, connection)
            : throw new InvalidOperationException(line);
    }

    private static async Task WaitUntilGoneAsync(int serverId, string folder, CancellationToken cancel)
    {
        // Bounded by the test's own time limit.
        while (IsRunning(serverId) || Directory.Exists(folder))
        {
            await Task.Delay(50, cancel);
        }
    }

    /// <summary>A zombie, which only its new parent can reap, has ended.</summary>
    private static bool IsRunning(int processId)
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
