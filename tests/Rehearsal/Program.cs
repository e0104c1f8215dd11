using System.CommandLine;
using Migrator.Rehearsal.Cli;

var parsed = RehearseCommand.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    return 2;
}

// After Ctrl-C, the processes of pods and a PostgreSQL have to stop. This can take longer than the default of two seconds.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
