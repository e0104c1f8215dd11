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

    // The columns of Evolve's table, with the types that 'migrate' reads.
    private static readonly Dictionary<string, string[]> s_historyColumns = new()
    {
        ["id"] = ["integer"],
        ["type"] = ["smallint"],
        ["version"] = ["character varying", "text"],
        ["description"] = ["character varying", "text"],
        ["name"] = ["character varying", "text"],
        ["checksum"] = ["character varying", "text"],
        ["installed_by"] = ["character varying", "text"],
        ["installed_on"] = ["timestamp without time zone", "timestamp with time zone"],
        ["success"] = ["boolean"],
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
        if (types.FirstOrDefault(t => s_historyColumns.TryGetValue(t.Key, out string[]? expected) && IsBuiltIn(t.Value) && !expected.Contains(t.Value)) is { Key: { } column, Value: var type })
        {
            throw Foreign(history, history.Name, $"its column {column} has the type {type}");
        }
    }

    /// <summary>Gets the query. Only the tables in the searched schemas are returned with their columns.</summary>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="schemas">An SQL array of the schemas to search.</param>
    public static string SelectStatement(string historyTable, string schemas) => $"""
        SELECT n.nspname::text, c.relname::text,
               CASE WHEN n.nspname = ANY ({schemas})
                    THEN (SELECT coalesce(json_object_agg(a.attname, a.atttypid::regtype), json_build_object())
                            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text END
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relname IN ({string.Join(", ", SideTables.NamesOf(historyTable).Select(Quote.Literal))}) AND c.relkind IN ({SideTables.Relations})
           AND (n.nspname = ANY ({schemas})
                OR (c.relname = {Quote.Literal(historyTable)} AND c.relkind = 'r' AND c.relpersistence <> 't'
                    AND (SELECT count(*) FROM pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attname IN ({string.Join(", ", s_historyColumns.Keys.Select(Quote.Literal))})) = {s_historyColumns.Count}))
        """;

    /// <summary>Gets the SQL array of schemas for <see cref="SelectStatement"/>.</summary>
    public static string ArrayOf(IEnumerable<string> schemas) => $"ARRAY[{string.Join(", ", schemas.Select(Quote.Literal))}]::name[]";

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

        return new FoundTables(columns, [.. others.Order(StringComparer.Ordinal).Take(MaxOthers)]);
    }

    // A type that is not in pg_catalog is printed with its schema. TableTrust refuses it.
    private static bool IsBuiltIn(string type) => !type.Contains('.', StringComparison.Ordinal);

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
