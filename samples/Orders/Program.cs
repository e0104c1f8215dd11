using Orders;

try
{
    return args switch
    {
        [] or ["help" or "--help" or "-h", ..] => Help.Answer(),
        // Everything after `migrate` is the migrator's, `--help` too.
        ["migrate", .. var rest] => MigrateCommand.Run(rest),
        ["server", "--help" or "-h", ..] => Help.Answer(),
        ["server"] => await Server.RunAsync(ServerSettings.FromEnvironment(), DatabaseSettings.FromEnvironment()),
        ["server", var extra, ..] => Help.Refuse($"`server` takes no arguments, it was given '{extra}'."),
        [var unknown, ..] => Help.Refuse($"Unknown command '{unknown}'."),
    };
}
catch (SettingsException problem)
{
    Console.Error.WriteLine($"orders: {problem.Message}");
    return ExitCode.Usage;
}
