using Migrator.Demo;
using Migrator.Demo.Narration;
using Migrator.Tooling.Processes;

var (options, exitCode) = DemoOptions.Read(args);
if (options is null)
{
    return exitCode;
}

using var interruption = new Interruption();
var narrator = new Narrator(Console.Out, TerminalStyle.OfConsole());
try
{
    Platform.Check();
    TemporaryFiles.UseOneFolder();
    narrator.Title("Migrator: helm upgrades a shop's service from v1 to v5, migrates its database before each upgrade, rolls back, and drops a column when no pod reads it any more");
    await using var environment = await Preparation.RunAsync(options, narrator, interruption.Token);
    await new DemoScenario(environment, narrator).RunAsync(interruption.Token);
    if (options.IsKept)
    {
        await KeptEnvironment.WaitUntilStoppedAsync(environment, narrator, options.Helm, interruption.Token);
    }

    return 0;
}
catch (Exception) when (interruption.ExitCode is not null)
{
    narrator.Interrupted();
    return interruption.ExitCode.Value;
}
#pragma warning disable CA1031 // The demo prints every failure and exits with 1.
catch (Exception problem)
#pragma warning restore CA1031
{
    narrator.Failed(problem);
    return 1;
}
