// A process that the tests of Tooling start and end.
using CliWrap.Buffered;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;

const string Status = "/proc/self/status";
switch (args)
{
    // Prints the signals that its child processes ignore and block.
    case ["signals"]:
        var log = Path.Combine(RunFolder.NewFolder("signals"), "log");
        await using (var process = GuardedProcess.Start("grep", ["^Sig", Status], log, RunFolder.Path))
        {
            await process.WaitAsync();
        }

        Console.Write(await File.ReadAllTextAsync(log));
        Console.Write((await Guarded.Command("grep", "^Sig", Status).ExecuteBufferedAsync()).StandardOutput);
        break;

    // Starts a server and prints its process ID and folder. Then exits without disposing (end), or runs until a signal
    // (wait).
    case [("end" or "wait") and var end]:
        var server = await PostgresServer.StartAsync();
        Console.WriteLine($"{server.ProcessId} {RunFolder.Path}");
        await Task.Delay(end == "end" ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
        break;

    default:
        throw new ArgumentException("Expected one argument: signals, end or wait.");
}
