using System.Text.RegularExpressions;
using Migrator.Tests.Support;
using Migrator.Tooling;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary>
/// The example of <c>docs/chart-contract.md</c>: a column, and the view that shows it, are renamed over three releases, and no statement of an application fails.
/// </summary>
public sealed partial class RenamedColumnSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Contract = "V17__drop_reference.contract.sql";

    private static readonly string[] s_releases6And7 =
    [
        "INSERT INTO orders (reference) VALUES ('old')", "UPDATE orders SET reference = reference || '.' WHERE id = 1",
        "SELECT id, reference FROM order_list WHERE reference IS NULL",
    ];

    private static readonly string[] s_releases8And9 =
    [
        "INSERT INTO orders (number) VALUES ('new')", "UPDATE orders SET number = number || '.' WHERE id = 2", "SELECT id, number FROM order_list WHERE number IS NULL",
    ];

    [Fact(Timeout = Timeout)]
    public async Task No_statement_fails_while_the_column_is_renamed()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__orders.sql"] = "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reference text); CREATE VIEW order_list AS SELECT id, reference FROM orders;",
        };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("INSERT INTO orders (reference) VALUES ('O-1'), ('O-2')");

        // Release 7: release 6 runs during the expand scripts, and then beside release 7, which uses the same names.
        await using (await Application.StartAsync(database, s_releases6And7))
        {
            Add(scripts, "V14", "V15", "V16");
            await migrate.SucceedAsync("up", "--phase=expand");

            // The rollout of release 8.
            await using var newer = await Application.StartAsync(database, s_releases8And9);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM orders WHERE reference IS DISTINCT FROM number"));
        Assert.Equal("2", await database.ScalarAsync("SELECT count(DISTINCT left(number, 3)) FROM orders WHERE number LIKE 'old%' OR reference LIKE 'new%'"));

        // Release 9: releases 8 and 9 use the same names.
        await using (await Application.StartAsync(database, s_releases8And9))
        {
            Add(scripts, "V17", "U17");
            await migrate.SucceedAsync("up", "--phase=expand");
            await migrate.SucceedAsync("up", "--phase=contract");
        }

        Assert.Equal("number", await database.ScalarAsync("SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attrelid = 'order_list'::regclass AND attnum > 1"));
        await migrate.SucceedAsync("wait", "--timeout=0s");

        // The gate of release 8 does not start, until the undo script has restored what release 7 and 8 know.
        scripts.Remove(Contract);
        scripts.Remove("U17__drop_reference.sql");
        Assert.Contains(Contract, (await migrate.FailAsync(6, "wait", "--timeout=0s")).Stderr, StringComparison.Ordinal);
        await using (await Application.StartAsync(database, s_releases8And9))
        {
            await migrate.SucceedAsync("down", "--to-dir", "--phase=contract");
        }

        await migrate.SucceedAsync("wait", "--timeout=0s");
        await using (await Application.StartAsync(database, s_releases6And7))
        {
        }
    }

    // Writes scripts of the document. The first line of each is a comment with its file name.
    private static void Add(ScriptFolder scripts, params string[] versions)
    {
        var all = Script().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "chart-contract.md"))).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        foreach (var version in versions)
        {
            var name = Assert.Single(all.Keys, n => n.StartsWith($"{version}__", StringComparison.Ordinal));
            scripts[name] = all[name];
        }
    }

    [GeneratedRegex(@"```sql\n-- (\S+\.sql)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();

    /// <summary>A version of the application, which runs its statements one after another, without a pause.</summary>
    private sealed class Application : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _started = new();
        private Task _running = Task.CompletedTask;

        public static async Task<Application> StartAsync(TestDatabase database, string[] statements)
        {
            var application = new Application();
            application._running = application.RunAsync(database, statements);
            await Task.WhenAny(application._started.Task, application._running);
            return application;
        }

        // Throws the error of the first statement that failed.
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync(TestDatabase database, string[] statements)
        {
            await using var connection = await database.ConnectAsync();
            while (true)
            {
                foreach (var statement in statements)
                {
                    await using var command = new NpgsqlCommand(statement, connection);
                    await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
                }

                _started.TrySetResult();
                if (_stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }
}
