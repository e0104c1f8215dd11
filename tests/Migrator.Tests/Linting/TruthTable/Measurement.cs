using System.Diagnostics;
using Migrator.Sql.Changes;
using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>Measures the effects of statements on a private server of one major version.</summary>
/// <remarks>
/// Locks: pg_locks shows the locks of the transaction after the statement. Rewrites: the file number differs, and the new file is not empty.
/// Scans: pg_stat_get_xact_tuples_returned and _fetched count the rows that the session reads, including the scans of ALTER TABLE and of index
/// builds. VACUUM and ANALYZE read rows in a way that is not counted.
/// </remarks>
internal sealed class Measurement : IAsyncDisposable
{
    // Before PostgreSQL 15, a session keeps its counters for at least 500 ms before it sends them to the statistics collector and clears them.
    private static readonly TimeSpan s_countersAreKept = TimeSpan.FromMilliseconds(400);

    // The bytes of an index without rows: one page.
    private const int EmptyIndex = 8192;

    private readonly PostgresServer _server;
    private readonly string _database;
    private readonly NpgsqlConnection _session;

    private Measurement(PostgresServer server, string database)
    {
        _server = server;
        _database = database;
        _session = CreateSession();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts a server.</summary>
    public static async Task<Measurement> StartAsync(int major)
    {
        // Autovacuum would acquire locks on the measured tables.
        var settings = new Dictionary<string, string> { ["autovacuum"] = "off", ["wal_level"] = "logical", ["allow_in_place_tablespaces"] = "on", ["allow_system_table_mods"] = "on" };
        var server = await PostgresServer.StartAsync(new PostgresOptions { Major = major, Settings = settings }, Cancellation);
        var measurement = new Measurement(server, await server.CreateDatabaseAsync(Cancellation));
        await server.ExecuteAsync("CREATE TABLESPACE fast LOCATION ''", cancellationToken: Cancellation);
        await server.ExecuteAsync(Setups.Server, measurement._database, Cancellation);
        await measurement._session.OpenAsync(Cancellation);
        return measurement;
    }

    /// <summary>Measures the effects of a statement, as they are in the table: effects separated by <c>; </c>, <c>none</c>, or <c>refused</c> with the SQLSTATE.</summary>
    public async Task<string> MeasureAsync(TruthCase one)
    {
        try
        {
            var effects = one.RunsOutsideTransaction ? await OutsideTransactionAsync(one) : await InTransactionAsync(one);
            return effects.Count == 0 ? "none" : string.Join("; ", effects);
        }
        catch (PostgresException e) when (e.Data["measured"] is true)
        {
            return $"refused {e.SqlState}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<List<RelationEffect>> InTransactionAsync(TruthCase one)
    {
        await PrepareAsync(_session, one);
        await _session.ExecuteAsync("BEGIN");
        try
        {
            var before = await ServerState.RelationsAsync(_session);
            await RunAsync(_session, one.Statement);
            var locks = await ServerState.LocksAsync(_session, _session.ProcessID);
            var after = await ServerState.RelationsAsync(_session);
            return Compare(before, after, locks.ToLookup(l => l.Relation, l => l.Mode));
        }
        finally
        {
            await _session.ExecuteAsync("ROLLBACK");
        }
    }

    // Another session holds a lock on a table, so that the statement waits for a lock that conflicts with it, and pg_locks shows the lock that
    // the statement waits for. SHARE UPDATE EXCLUSIVE conflicts with itself and all stronger locks, ROW EXCLUSIVE with SHARE and all stronger
    // locks, and ACCESS SHARE only with ACCESS EXCLUSIVE.
    private async Task<List<RelationEffect>> OutsideTransactionAsync(TruthCase one)
    {
        await PrepareAsync(_session, one);
        if (!await IsRefusedInTransactionAsync(one.Statement))
        {
            throw new InvalidOperationException("the statement is not refused in a transaction block");
        }

        var (before, after) = await ReadAroundAsync(one);
        var locks = new HashSet<(string Table, TableLock Mode)>();
        var tables = before.Values.Where(r => r.Kind is "table" or "materialized view").ToList();
        foreach (var table in tables)
        {
            foreach (var held in new[] { "SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE", "ACCESS SHARE" })
            {
                locks.UnionWith(await LocksWithAsync(one, $"LOCK TABLE {table.Name} IN {held} MODE"));
            }
        }

        var byName = locks.ToLookup(l => l.Table, l => l.Mode);
        return Compare(
            before.Where(r => tables.Contains(r.Value)).ToDictionary(),
            after,
            before.SelectMany(r => byName[r.Value.Name].Select(mode => (r.Key, mode))).ToLookup(l => l.Key, l => l.mode));
    }

    private async Task<bool> IsRefusedInTransactionAsync(string statement)
    {
        await _session.ExecuteAsync("BEGIN");
        try
        {
            await _session.ExecuteAsync(statement);
            return false;
        }
        catch (PostgresException e)
        {
            return e.SqlState == PostgresErrorCodes.ActiveSqlTransaction;
        }
        finally
        {
            await _session.ExecuteAsync("ROLLBACK");
        }
    }

    private async Task<(Dictionary<uint, RelationState> Before, Dictionary<uint, RelationState> After)> ReadAroundAsync(TruthCase one)
    {
        for (var attempt = 1; ; attempt++)
        {
            // The counters of a new session have not been sent yet.
            await using var session = await ConnectAsync();
            await PrepareAsync(session, one);
            var start = Stopwatch.GetTimestamp();
            var before = await ServerState.RelationsAsync(session);
            await RunAsync(session, one.Statement);
            var after = await ServerState.RelationsAsync(session);
            if (Stopwatch.GetElapsedTime(start) < s_countersAreKept || attempt == 10)
            {
                return (before, after);
            }
        }
    }

    private async Task<HashSet<(string Table, TableLock Mode)>> LocksWithAsync(TruthCase one, string hold)
    {
        await using var session = await ConnectAsync();
        await PrepareAsync(session, one);
        await using var holder = await ConnectAsync();
        var names = await ServerState.RelationsAsync(_session);
        await holder.ExecuteAsync($"BEGIN; {hold}");
        var found = new HashSet<(string, TableLock)>();
        var isHeld = true;
        var run = RunAsync(session, one.Statement);
        while (!run.IsCompleted)
        {
            var locks = await ServerState.LocksAsync(_session, session.ProcessID);
            found.UnionWith(locks.Where(l => names.ContainsKey(l.Relation)).Select(l => (names[l.Relation].Name, l.Mode)));
            if (isHeld && locks.Exists(l => !l.IsGranted))
            {
                isHeld = false;
                await holder.ExecuteAsync("ROLLBACK");
            }

            await Task.Delay(2, Cancellation);
        }

        await run;
        return found;
    }

    private static async Task PrepareAsync(NpgsqlConnection session, TruthCase one)
    {
        await session.ExecuteAsync("RESET ALL; DROP SCHEMA IF EXISTS truth CASCADE; CREATE SCHEMA truth; GRANT CREATE, USAGE ON SCHEMA truth TO second");
        try
        {
            await session.ExecuteAsync(one.Setup);
        }
        catch (PostgresException e)
        {
            throw new InvalidOperationException($"the setup fails: {e.Message}", e);
        }
    }

    private NpgsqlConnection CreateSession() => new(_server.ConnectionString(_database) + ";Pooling=false;Search Path=truth;Command Timeout=30");

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = CreateSession();
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection session, string statement)
    {
        try
        {
            await session.ExecuteAsync(statement);
        }
        catch (PostgresException e)
        {
            e.Data["measured"] = true;
            throw;
        }
    }

    private static List<RelationEffect> Compare(Dictionary<uint, RelationState> before, Dictionary<uint, RelationState> after, ILookup<uint, TableLock> locks)
    {
        var effects = new List<RelationEffect>();
        foreach (var (oid, old) in before.OrderBy(r => r.Value.Kind != "table").ThenBy(r => r.Value.Name, StringComparer.Ordinal))
        {
            var now = after.GetValueOrDefault(oid);
            var effect = new RelationEffect(
                old.Kind,
                old.Name,
                locks[oid].DefaultIfEmpty().Max(),
                now is not null && now.File != old.File && now.Bytes > (old.Kind == "index" ? EmptyIndex : 0),
                old.Kind != "index" && now is not null && now.RowsRead > old.RowsRead);
            if (effect.Lock != TableLock.None || effect.IsRewritten || effect.IsScanned)
            {
                effects.Add(effect);
            }
        }

        return effects;
    }
}
