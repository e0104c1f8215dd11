using Migrator.Sql.Lexing;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>
/// The tables that existed before the run. Only their locks are reported, because no other session uses the tables that the run
/// creates.
/// </summary>
internal sealed class KnownTables
{
    private readonly Dictionary<uint, Table> _tables = [];
    private readonly Dictionary<string, List<Table>> _byName = new(StringComparer.Ordinal);

    /// <summary>A table that existed before the run.</summary>
    /// <param name="Oid">The table's oid.</param>
    /// <param name="FullName">The table's schema and name.</param>
    public sealed record Table(uint Oid, SqlName FullName)
    {
        /// <summary>Whether the search_path finds the table without its schema.</summary>
        public bool IsVisible { get; set; }

        /// <summary>The number of the table's file (relfilenode). It changes when the table is rewritten.</summary>
        public long File { get; set; }

        /// <summary>The name for messages, with the schema only if the search_path does not find the table.</summary>
        public string Name => IsVisible ? FullName.Name : $"{FullName.Schema}.{FullName.Name}";
    }

    /// <summary>
    /// Whether the default isolation level is READ COMMITTED. Then each statement has its own snapshot, so a query between two
    /// statements does not affect the later one.
    /// </summary>
    public bool IsReadCommitted { get; private set; } = true;

    /// <summary>Reads the rows of <see cref="HeldLocksQuery.TablesStatement"/>.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="schemas">The schemas in which scripts find tables without a schema, in order.</param>
    /// <param name="cancellation">Cancels the running query on the server.</param>
    public static async Task<KnownTables> ReadAsync(NpgsqlDataReader reader, IReadOnlyList<string> schemas, CancellationToken cancellation)
    {
        var known = new KnownTables();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var table = new Table(reader.GetFieldValue<uint>(0), new SqlName(reader.GetString(1), reader.GetString(2))) { File = reader.GetInt64(3) };
            known._tables.Add(table.Oid, table);
            known.IsReadCommitted = reader.GetBoolean(4);
            if (!known._byName.TryGetValue(table.FullName.Name, out List<Table>? named))
            {
                known._byName.Add(table.FullName.Name, named = []);
            }

            named.Add(table);
        }

        foreach (List<Table> named in known._byName.Values)
        {
            Table? first = schemas.Select(s => named.Find(t => t.FullName.Schema == s)).FirstOrDefault(t => t is not null);
            first?.IsVisible = true;
        }

        return known;
    }

    /// <summary>Finds a table by its oid; null if it did not exist before the run.</summary>
    public Table? Find(uint oid) => _tables.GetValueOrDefault(oid);

    /// <summary>Finds a table by its name in a statement; null if it did not exist before the run.</summary>
    public Table? Find(SqlName name) => _byName.TryGetValue(name.Name, out List<Table>? named)
        ? named.Find(t => string.IsNullOrEmpty(name.Schema) ? t.IsVisible : t.FullName.Schema == name.Schema) ?? (string.IsNullOrEmpty(name.Schema) ? named[0] : null)
        : null;
}
