using System.Text.Json;
using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// The tables of a database that have the names of the history, audit, progress and undo tables, and their columns. They may belong to
/// an application.
/// </summary>
internal sealed class FoundTables
{
    private const int MaxOthers = 5;

    // The columns of Evolve's table, with the types that 'migrate' reads (pg_type.typname).
    private static readonly Dictionary<string, string[]> s_historyColumns = new()
    {
        ["id"] = ["int4"],
        ["type"] = ["int2"],
        ["version"] = ["varchar", "text"],
        ["description"] = ["varchar", "text"],
        ["name"] = ["varchar", "text"],
        ["checksum"] = ["varchar", "text"],
        ["installed_by"] = ["varchar", "text"],
        ["installed_on"] = ["timestamp", "timestamptz"],
        ["success"] = ["bool"],
    };

    // The columns and their types; null for a table that this run has created.
    private readonly Dictionary<(string Schema, string Name), Dictionary<string, string>?> _columns;

    private FoundTables(Dictionary<(string Schema, string Name), Dictionary<string, string>?> columns, IReadOnlyList<string> others)
        => (_columns, Others) = (columns, others);

    /// <summary>No tables.</summary>
    public static FoundTables None { get; } = new([], []);

    /// <summary>The schemas outside the searched schemas that have a history table of the same name: at most five, ordered.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Gets the tables after this run has created them.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="names">The names of the tables.</param>
    public static FoundTables Created(string schema, IEnumerable<string> names)
        => new(names.ToDictionary(n => (schema, n), _ => (Dictionary<string, string>?)null), []);

    /// <summary>Whether a table exists.</summary>
    public bool Contains(string schema, string name) => _columns.ContainsKey((schema, name));

    /// <summary>Whether a table exists and has a column.</summary>
    public bool HasColumn(string schema, string name, string column)
        => _columns.TryGetValue((schema, name), out Dictionary<string, string>? columns) && columns?.ContainsKey(column) != false;

    /// <summary>Refuses tables of an application that have the names of migrate's tables.</summary>
    /// <param name="history">The history table.</param>
    /// <param name="sideColumns">The names of the other tables, and the columns that each of them must have.</param>
    /// <exception cref="MigrateException">A table does not have the columns of migrate's table (2).</exception>
    public void ThrowIfForeign(HistoryTable history, IEnumerable<(string Name, IReadOnlyList<string> Columns)> sideColumns)
    {
        ThrowIfForeign(history, history.Name, s_historyColumns.Keys);
        foreach ((string name, IReadOnlyList<string> columns) in sideColumns)
        {
            ThrowIfForeign(history, name, columns);
        }

        Dictionary<string, string> types = _columns.GetValueOrDefault((history.Schema, history.Name)) ?? [];
        if (types.FirstOrDefault(t => s_historyColumns.TryGetValue(t.Key, out string[]? expected) && t.Value.Length > 0 && !expected.Contains(t.Value)) is { Key: { } column, Value: var type })
        {
            throw Foreign(history, history.Name, $"its column {column} has the type {type}");
        }
    }

    /// <summary>Gets the query.</summary>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="schemas">An SQL list of the schemas to search.</param>
    public static string SelectStatement(string historyTable, string schemas) => $"""
        WITH searched (name) AS MATERIALIZED (SELECT s::text FROM ({schemas}) AS l (s))
        SELECT n.nspname::text, c.relname::text,
               (SELECT coalesce(json_object_agg(a.attname, CASE t.typnamespace WHEN 'pg_catalog'::regnamespace THEN t.typname ELSE '' END), json_build_object())
                  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0)::text
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relname IN ({string.Join(", ", SideTables.NamesOf(historyTable).Select(Quote.Literal))}) AND c.relkind IN ({SideTables.Relations})
           AND n.nspname IN (SELECT name FROM searched)
        UNION ALL
        (SELECT n.nspname::text, c.relname::text, NULL
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relname = {Quote.Literal(historyTable)} AND c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT IN (SELECT name FROM searched)
           AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attname IN ({string.Join(", ", s_historyColumns.Keys.Select(Quote.Literal))})) = {s_historyColumns.Count}
         LIMIT {MaxOthers})
        """;

    /// <summary>Gets the SQL list of schemas for <see cref="SelectStatement"/>.</summary>
    public static string ListOf(IEnumerable<string> schemas)
        => string.Join(" UNION ALL ", schemas.Select(s => $"SELECT {Quote.Literal(s)}").DefaultIfEmpty("SELECT NULL"));

    /// <summary>Reads the rows of <see cref="SelectStatement"/>.</summary>
    public static async Task<FoundTables> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var columns = new Dictionary<(string, string), Dictionary<string, string>?>();
        var others = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            string schema = reader.GetString(0);
            if (reader.IsDBNull(2))
            {
                others.Add(schema);
                continue;
            }

            using JsonDocument types = JsonDocument.Parse(reader.GetString(2));
            columns[(schema, reader.GetString(1))] = types.RootElement.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetString()!);
        }

        others.Sort(StringComparer.Ordinal);
        return new FoundTables(columns, others);
    }

    private void ThrowIfForeign(HistoryTable history, string name, IEnumerable<string> required)
    {
        if (_columns.GetValueOrDefault((history.Schema, name)) is { } columns && required.FirstOrDefault(c => !columns.ContainsKey(c)) is { } missing)
        {
            throw Foreign(history, name, $"it has no column {missing}");
        }
    }

    private static MigrateException Foreign(HistoryTable history, string name, string reason)
        => new(ExitCode.Usage, new Problem("foreign-table", $"{history.Schema}.{name} is not a table of migrate: {reason}")
        {
            Advice = "If the table belongs to an application, choose another name for the history with --history-table, or another schema with --schema.",
        });
}
