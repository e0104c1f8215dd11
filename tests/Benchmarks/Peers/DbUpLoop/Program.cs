// DbUp as shown in its documentation. Usage: dbup-loop CONNECTION-STRING FOLDER
using DbUp;

if (args is not [var connectionString, var folder])
{
    Console.WriteLine(typeof(PostgresqlExtensions).Assembly.GetName().Version!.ToString(3));
    return 0;
}

var result = DeployChanges.To
    .PostgresqlDatabase(connectionString)
    .WithScriptsFromFileSystem(folder)
    // Otherwise DbUp would interpret the tag of a dollar-quoted string as a variable.
    .WithVariablesDisabled()
    .WithTransactionPerScript()
    .LogToConsole()
    .Build()
    .PerformUpgrade();
return result.Successful ? 0 : 1;
