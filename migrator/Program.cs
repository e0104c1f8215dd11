using System.Collections;
using Migrator.Commands;

ParsedCommand parsed = new CommandLine().Parse(args);
if (parsed.IsHelp)
{
    return await parsed.Result.InvokeAsync();
}

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
using var signal = new TerminationSignal();
return (int)await new CommandRunner(TimeProvider.System).RunAsync(parsed, environment, WorkingFolder(), signal);

// Returns null if the working folder was deleted.
static string? WorkingFolder()
{
    try
    {
        return Environment.CurrentDirectory;
    }
    catch (IOException)
    {
        return null;
    }
}
