using Migrator.Demo;
using Migrator.Demo.Narration;

using var interruption = new Interruption();
var narrator = new Narrator(Console.Out, TerminalStyle.OfConsole());
try
{
    Platform.Check();
    TemporaryFiles.KeepTogether();
    narrator.Title("Migrator: a shop's service goes from v1 to v3 on a real PostgreSQL");
    await using var stage = await Preparation.RunAsync(narrator, interruption.Token);
    await new Story(stage, narrator).TellAsync(interruption.Token);
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
