// DbUp as its documentation shows it: dbup-loop CONNECTION-STRING FOLDER
using DbUp;

if (args is not [var connectionString, var folder])
{
    Console.WriteLine(typeof(PostgresqlExtensions).Assembly.GetName().Version!.ToString(3));
    return 0;
}

var result = DeployChanges.To
    .PostgresqlDatabase(connectionString)
    .WithScriptsFromFileSystem(folder)
    // It would take the tag of a dollar quote for one.
    .WithVariablesDisabled()
    .WithTransactionPerScript()
    .LogToConsole()
    .Build()
    .PerformUpgrade();
return result.Successful ? 0 : 1;
