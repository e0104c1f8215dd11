using Orders;

try
{
    return args switch
    {
        [] or ["help" or "--help" or "-h", ..] => Help.Answer(),
        // All arguments after `migrate` are for the migrator, including `--help`.
        ["migrate", .. var rest] => MigrateCommand.Run(rest),
        ["server", "--help" or "-h", ..] => Help.Answer(),
        ["server"] => await Server.RunAsync(ServerSettings.FromEnvironment(), DatabaseSettings.FromEnvironment()),
        ["server", var extra, ..] => Help.Refuse($"Unexpected argument '{extra}'. `server` takes no arguments."),
        [var unknown, ..] => Help.Refuse($"Unknown command '{unknown}'."),
    };
}
catch (SettingsException problem)
{
    Console.Error.WriteLine($"orders: {problem.Message}");
    return ExitCode.Usage;
}
