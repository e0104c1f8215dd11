namespace Orders;

/// <summary>Prints the help text.</summary>
internal static class Help
{
    private const string Text = """
        orders: the API server of a shop, and the command that migrates its database.

        Usage:
          orders server         Serve HTTP until SIGTERM: /healthz, /readyz, /version, /orders.
          orders migrate ...    Run the `migrate` executable in this program's folder. Example: `orders migrate up`.
          orders help           Print this.

        Environment:
          DATABASE_URL          postgres://user:password@host:port/database?sslmode=require
          PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, ...
                                libpq's variables, for values that DATABASE_URL does not contain.
          PORT                  Port of the server. Default: 3000.
          POD_IP                Address of the server. Default: all addresses in a container, loopback elsewhere.
          MIGRATE_DIR           Folder of scripts for `orders migrate`. Default: `migrations` in this program's folder.
        """;

    /// <summary>Prints the help to stdout, for a user who requested it.</summary>
    public static int Answer()
    {
        Console.WriteLine(Text);
        return ExitCode.Done;
    }

    /// <summary>Prints a usage error and the help to stderr.</summary>
    public static int Refuse(string problem)
    {
        Console.Error.WriteLine($"orders: {problem}");
        Console.Error.WriteLine();
        Console.Error.WriteLine(Text);
        return ExitCode.Usage;
    }
}
