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
    TemporaryFiles.KeepTogether();
    narrator.Title("Migrator: helm takes a shop's service from v1 to v3, each time migrating its database first, and back");
    await using var stage = await Preparation.RunAsync(options, narrator, interruption.Token);
    await new Story(stage, narrator).TellAsync(interruption.Token);
    if (options.IsKept)
    {
        await LookingAround.UntilEnoughAsync(stage, narrator, options.Helm, interruption.Token);
    }

    return 0;
}
catch (Exception) when (interruption.ExitCode is not null)
{
    narrator.Interrupted();
    return interruption.ExitCode.Value;
}
#pragma warning disable CA1031 // Whatever went wrong, a person reads it here and the exit code is 1.
catch (Exception problem)
#pragma warning restore CA1031
{
    narrator.Failed(problem);
    return 1;
}
