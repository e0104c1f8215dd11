// Evolve as shown in its documentation. Usage: evolve-loop CONNECTION-STRING FOLDER
using EvolveDb;
using Npgsql;

if (args is not [var connectionString, var folder])
{
    Console.WriteLine(typeof(Evolve).Assembly.GetName().Version!.ToString(3));
    return;
}

using var connection = new NpgsqlConnection(connectionString);
new Evolve(connection, Console.WriteLine) { Locations = [folder], IsEraseDisabled = true }.Migrate();
