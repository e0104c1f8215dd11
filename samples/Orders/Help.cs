namespace Orders;

/// <summary>What <c>orders help</c> prints.</summary>
internal static class Help
{
    private const string Text = """
        orders: the API server of a shop, and the command that migrates its database.

        Usage:
          orders server         Serve HTTP until SIGTERM: /healthz, /readyz, /version, /orders.
          orders migrate ...    Run the `migrate` beside this program, with all that follows: `orders migrate up`.
          orders help           Print this.

        Environment:
          DATABASE_URL          postgres://user:password@host:port/database?sslmode=require
          PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, ...
                                libpq's variables, for what DATABASE_URL leaves open.
          PORT                  Port of the server (3000).
          POD_IP                Address of the server. Unset: every address in a container, loopback elsewhere.
          MIGRATE_DIR           Scripts for `orders migrate` (the folder `migrations` beside this program).
        """;

    /// <summary>Help that was asked for: the answer, on stdout.</summary>
    public static int Answer()
    {
        Console.WriteLine(Text);
        return ExitCode.Done;
    }

    /// <summary>Help that was not: on stderr, after what is wrong.</summary>
    public static int Refuse(string problem)
    {
        Console.Error.WriteLine($"orders: {problem}");
        Console.Error.WriteLine();
        Console.Error.WriteLine(Text);
        return ExitCode.Usage;
    }
}
