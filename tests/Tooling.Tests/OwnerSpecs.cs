using System.Globalization;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class OwnerSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    private string LogFile => Path.Combine(_folder.Path, "log");

    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_removed_after_their_owner_is_killed()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var owner = Start("wait");
        var (serverId, folder) = await ReadAsync(owner, cancel);
        Assert.True(Directory.Exists(folder));
        Assert.True(IsRunning(serverId));

        owner.Send(Signal.Kill);

        await WaitUntilGoneAsync(serverId, folder, cancel);
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_removed_when_their_owner_exits_without_disposing()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var owner = Start("end");

        Assert.Equal(0, await owner.WaitAsync(cancel));

        var (serverId, folder) = await ReadAsync(owner, cancel);
        Assert.False(IsRunning(serverId));
        Assert.False(Directory.Exists(folder));
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_and_folder_are_removed_after_an_interrupt_of_the_process_group()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var owner = Start("wait");
        var (serverId, folder) = await ReadAsync(owner, cancel);

        // Ctrl-C in a terminal sends the signal to the whole group.
        owner.SendToGroup(Signal.Interrupt);

        await WaitUntilGoneAsync(serverId, folder, cancel);
    }

    public void Dispose() => _folder.Dispose();

    private GuardedProcess Start(string argument) =>
        GuardedProcess.Start(Path.Combine(AppContext.BaseDirectory, "tooling-owner"), [argument], LogFile, _folder.Path);

    private async Task<(int ServerId, string Folder)> ReadAsync(GuardedProcess owner, CancellationToken cancel)
    {
        while (true)
        {
            var hasExited = owner.HasExited;
            var output = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile, cancel) : "";
            if (output.EndsWith('\n') && output.TrimEnd().Split(' ', 2) is [var id, var folder])
            {
                return (int.Parse(id, CultureInfo.InvariantCulture), folder);
            }

            Assert.False(hasExited, output);
            await Task.Delay(50, cancel);
        }
    }

    private static async Task WaitUntilGoneAsync(int serverId, string folder, CancellationToken cancel)
    {
        // The test's time limit ends this loop.
        while (IsRunning(serverId) || Directory.Exists(folder))
        {
            await Task.Delay(50, cancel);
        }
    }

    /// <summary>
    /// Returns whether the process is running. A zombie counts as ended, because only its new parent can reap it.
    /// </summary>
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
