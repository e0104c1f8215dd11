using System.CommandLine;
using Migrator.Rehearsal.Cli;

var parsed = RehearseCommand.Make().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    return 2;
}

// After Ctrl-C there are pods' processes and a PostgreSQL to end, which takes longer than the two seconds of the default.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
