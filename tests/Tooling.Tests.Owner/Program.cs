// A process for the tests to kill: it owns a server, says where, and then waits for a line or the end.
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;

var server = await PostgresServer.StartAsync();
Console.WriteLine($"{server.ProcessId} {RunFolder.Path} {server.ConnectionString()}");
Console.ReadLine();
