using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Demo.Database;

/// <summary>The shop's database as an onlooker sees it, and the way for data to come into it.</summary>
internal sealed class ShopDatabase(E2EDatabase database)
{
    /// <summary>Runs a file of the repository in one transaction, as <c>psql -1 -f</c> does.</summary>
    public async Task RunFileAsync(string file, CancellationToken cancellationToken) => await database.ExecuteAsync(
        await File.ReadAllTextAsync(RepositoryRoot.Combine(file), cancellationToken), cancellationToken);

    /// <summary>The scripts that the history holds, by name; a repeatable one that ran twice is there once.</summary>
    public async Task<IReadOnlyList<string>> AppliedScriptsAsync(CancellationToken cancellationToken) =>
        [.. (await database.AppliedScriptsAsync(cancellationToken)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The newest version that is applied.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) => await ValueAsync(
        "SELECT version FROM changelog WHERE success AND name LIKE 'V%.sql' ORDER BY id DESC LIMIT 1",
        cancellationToken);

    /// <summary>The customers that share an address with another, however it is written: one line each.</summary>
    public Task<IReadOnlyList<string>> TwinsAsync(CancellationToken cancellationToken) => database.RowsAsync(
        """
        SELECT format('customer %s: %s <%s>, %s order(s)', id, name, email,
                      (SELECT count(*) FROM orders WHERE customer_id = customers.id))
        FROM customers
        WHERE lower(email) IN (SELECT lower(email) FROM customers GROUP BY 1 HAVING count(*) > 1)
        ORDER BY id
        """,
        cancellationToken);

    /// <summary>How many orders there are.</summary>
    public Task<string> OrderCountAsync(CancellationToken cancellationToken) =>
        ValueAsync("SELECT count(*) FROM orders", cancellationToken);

    /// <summary>All that the schema is made of, and its history.</summary>
    public async Task<SchemaSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        new(await database.RowsAsync(SchemaSnapshot.Query, cancellationToken));

    private async Task<string> ValueAsync(string sql, CancellationToken cancellationToken) =>
        (await database.RowsAsync(sql, cancellationToken)).Single();
}
