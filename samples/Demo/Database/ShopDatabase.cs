using System.Globalization;
using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Demo.Database;

/// <summary>Reads the shop's database and runs the demo's SQL files in it.</summary>
internal sealed class ShopDatabase(E2EDatabase database)
{
    /// <summary>Runs a file of the repository in one transaction, as <c>psql -1 -f</c> does.</summary>
    public async Task RunFileAsync(string file, CancellationToken cancellationToken) => await database.ExecuteAsync(
        await File.ReadAllTextAsync(RepositoryRoot.Combine(file), cancellationToken), cancellationToken);

    /// <summary>
    /// Returns the names of the applied scripts, sorted. A repeatable script that ran twice is listed once.
    /// </summary>
    public async Task<IReadOnlyList<string>> AppliedScriptsAsync(CancellationToken cancellationToken) =>
        [.. (await database.AppliedScriptsAsync(cancellationToken)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Returns how long ago a script was applied, by the database's clock; null if it is not applied.</summary>
    public async Task<TimeSpan?> AgeAsync(string script, CancellationToken cancellationToken)
    {
        var rows = await database.RowsAsync(
            $"SELECT (extract(epoch FROM clock_timestamp() - installed_on) * 1000)::bigint FROM changelog WHERE success AND name = '{script}'",
            cancellationToken);
        return rows.Count > 0 ? TimeSpan.FromMilliseconds(long.Parse(rows[0], CultureInfo.InvariantCulture)) : null;
    }

    /// <summary>Returns the version that was applied last.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) => await ValueAsync(
        "SELECT version FROM changelog WHERE success AND name LIKE 'V%.sql' ORDER BY id DESC LIMIT 1",
        cancellationToken);

    /// <summary>
    /// Returns one line for each customer whose address, ignoring case, belongs to another customer too.
    /// </summary>
    public Task<IReadOnlyList<string>> DuplicateCustomersAsync(CancellationToken cancellationToken) => database.RowsAsync(
        """
        SELECT format('customer %s: %s <%s>, %s order(s)', id, name, email,
                      (SELECT count(*) FROM orders WHERE customer_id = customers.id))
        FROM customers
        WHERE lower(email) IN (SELECT lower(email) FROM customers GROUP BY 1 HAVING count(*) > 1)
        ORDER BY id
        """,
        cancellationToken);

    /// <summary>Returns the number of orders.</summary>
    public Task<string> OrderCountAsync(CancellationToken cancellationToken) =>
        ValueAsync("SELECT count(*) FROM orders", cancellationToken);

    /// <summary>Takes a snapshot of the schema and of the history table.</summary>
    public async Task<SchemaSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        new(await database.RowsAsync(SchemaSnapshot.Query, cancellationToken));

    private async Task<string> ValueAsync(string sql, CancellationToken cancellationToken) =>
        (await database.RowsAsync(sql, cancellationToken)).Single();
}
