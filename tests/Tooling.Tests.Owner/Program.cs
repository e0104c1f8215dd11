// A process for the tests of Tooling to start and to end.
using CliWrap.Buffered;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;

const string Status = "/proc/self/status";
switch (args)
{
    // Prints which signals are ignored and blocked in its children.
    case ["signals"]:
        var log = Path.Combine(RunFolder.NewFolder("signals"), "log");
        await using (var process = GuardedProcess.Start("grep", ["^Sig", Status], log, RunFolder.Path))
        {
            await process.WaitAsync();
        }

        Console.Write(await File.ReadAllTextAsync(log));
        Console.Write((await Guarded.Command("grep", "^Sig", Status).ExecuteBufferedAsync()).StandardOutput);
        break;

    // Owns a server, prints where it is, and ends when it is told to: at once, without disposing, or by a signal.
    case [("end" or "wait") and var end]:
        var server = await PostgresServer.StartAsync();
        Console.WriteLine($"{server.ProcessId} {RunFolder.Path}");
        await Task.Delay(end == "end" ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
        break;

    default:
        throw new ArgumentException("Expected one argument: signals, end or wait.");
}
