using Migrator.Sql.Lexing;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>The tables that existed before the run: what it creates itself blocks nobody.</summary>
internal sealed class KnownTables
{
    private readonly Dictionary<uint, Known> _tables = [];
    private readonly Dictionary<string, List<Known>> _byName = new(StringComparer.Ordinal);

    /// <summary>One of them.</summary>
    public sealed record Known(uint Oid, SqlName FullName, bool IsVisible)
    {
        /// <summary>The number of its file; another one shows that it was written anew.</summary>
        public long File { get; set; }

        /// <summary>For people.</summary>
        public string Name => IsVisible ? FullName.Name : $"{FullName.Schema}.{FullName.Name}";
    }

    /// <summary>Whether a transaction's snapshot is taken anew for each statement, so that a look changes nothing for those behind it.</summary>
    public bool IsReadCommitted { get; private set; } = true;

    /// <summary>Reads the rows of <see cref="HeldLocksQuery.TablesStatement"/>.</summary>
    public static async Task<KnownTables> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var known = new KnownTables();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var table = new Known(reader.GetFieldValue<uint>(0), new SqlName(reader.GetString(1), reader.GetString(2)), reader.GetBoolean(3)) { File = reader.GetInt64(4) };
            known._tables.Add(table.Oid, table);
            known.IsReadCommitted = reader.GetBoolean(5);
            if (!known._byName.TryGetValue(table.FullName.Name, out List<Known>? named))
            {
                known._byName.Add(table.FullName.Name, named = []);
            }

            named.Add(table);
        }

        return known;
    }

    /// <summary>The table of an oid; null for one that did not exist before.</summary>
    public Known? Find(uint oid) => _tables.GetValueOrDefault(oid);

    /// <summary>The table that a statement means by a name; null for one that did not exist before.</summary>
    public Known? Find(SqlName name) => _byName.TryGetValue(name.Name, out List<Known>? named)
        ? named.Find(t => name.Schema is null ? t.IsVisible : t.FullName.Schema == name.Schema) ?? (name.Schema is null ? named[0] : null)
        : null;
}
