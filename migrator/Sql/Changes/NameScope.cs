using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>
/// Resolves the names of tables in scripts as PostgreSQL does: a temporary table first, then the schemas of the search path that is in force.
/// https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH
/// </summary>
/// <param name="currentSchema">The schema in which scripts create their objects; null if it is not known: <c>public</c>.</param>
internal sealed class NameScope(string? currentSchema)
{
    /// <summary>The schema of a resolved name that is in the current schema. Such a name is displayed as it is usually written, without a schema.</summary>
    public const string Current = "";

    private const string Temporary = "pg_temp";

    private readonly Dictionary<string, HashSet<string>> _schemas = new(StringComparer.Ordinal);
    private readonly HashSet<string> _temporary = new(StringComparer.Ordinal);

    // The path that a script has set; null for the path with which it started. The second one ends with the transaction.
    private string[]? _path;
    private string[]? _localPath;

    /// <summary>A script starts. It does not see the search path and the temporary tables of the script before it.</summary>
    public void StartScript()
    {
        (_path, _localPath) = (null, null);
        _temporary.Clear();
    }

    /// <summary>A transaction starts. It does not see what SET LOCAL has set in the transaction before it.</summary>
    public void StartTransaction() => _localPath = null;

    /// <summary>Resolves the names in the changes of a statement, and adds the tables that the statement creates and the search path that it sets.</summary>
    public IReadOnlyList<SchemaChange> Resolve(IReadOnlyList<SchemaChange> changes) => [.. changes.Select(Resolve)];

    /// <summary>Resolves the name of a table.</summary>
    public SqlName Resolve(SqlName name) => name.Schema is null ? new SqlName(SchemaOf(name.Name), name.Name) : Explicit(name);

    private SchemaChange Resolve(SchemaChange change)
    {
        if (change.Kind == ChangeKind.SetSearchPath)
        {
            (_path, _localPath) = change.IsLocal ? (_path, SearchPathReader.Parse(change.Expression)) : (SearchPathReader.Parse(change.Expression), null);
            return change;
        }

        if (change.Kind == ChangeKind.CreateTable && change.Table is { } created)
        {
            return change with
            {
                Table = Create(created, change.IsTemporary),
                Other = Resolved(change.Other),
                ForeignKeys = Resolve(change.ForeignKeys),
                Columns = [.. change.Columns.Select(c => new KeyValuePair<string, ColumnDefinition>(c.Key, Resolve(c.Value)))],
            };
        }

        SqlName? table = Resolved(change.Table);
        if (table is { Schema: Temporary, Name: var temporary } && change.Kind is ChangeKind.DropTable or ChangeKind.RenameTable)
        {
            // The name then means a permanent table again.
            _temporary.Remove(temporary);
            if (change is { Kind: ChangeKind.RenameTable, Name: { } renamed })
            {
                _temporary.Add(renamed.Name);
            }
        }

        return change with
        {
            Table = table,
            Other = change is { Kind: ChangeKind.AddUnique, Other: { } index } ? new SqlName(table?.Schema, index.Name) : Resolved(change.Other),
            Name = change.Kind switch
            {
                // An index is in the schema of its table. A renamed table stays in its schema.
                ChangeKind.CreateIndex or ChangeKind.RenameTable when change.Name is { } name => Add(new SqlName(table?.Schema, name.Name)),
                ChangeKind.DropIndex or ChangeKind.Reindex or ChangeKind.Rewrite => Resolved(change.Name),
                ChangeKind.CreateObject or ChangeKind.DropObject or ChangeKind.RenameObject or ChangeKind.CheckDomain or ChangeKind.Revoke when change.ObjectType != "SCHEMA" => Resolved(change.Name),
                ChangeKind.SetSchema when change.Name is { } schema && table is not null => Add(Explicit(new SqlName(schema.Name, table.Name))),
                _ => change.Name,
            },
            ForeignKeys = Resolve(change.ForeignKeys),
            Definition = change.Definition is { } definition ? Resolve(definition) : null,
        };
    }

    private IReadOnlyList<ForeignKey> Resolve(IReadOnlyList<ForeignKey> keys) => keys.Count == 0 ? keys : [.. keys.Select(k => k with { Referenced = Resolve(k.Referenced) })];

    private ColumnDefinition Resolve(ColumnDefinition column) => column.References.Count == 0 ? column : column with { References = [.. column.References.Select(Resolve)] };

    private SqlName Create(SqlName created, bool isTemporary)
    {
        if (isTemporary)
        {
            _temporary.Add(created.Name);
            return new SqlName(Temporary, created.Name);
        }

        string schema = created.Schema is not null ? Explicit(created).Schema!
            : (_localPath ?? _path) is { } path ? Named(path.FirstOrDefault()) : Current;
        return Add(new SqlName(schema, created.Name));
    }

    private SqlName? Resolved(SqlName? name) => name is null ? null : Resolve(name);

    private SqlName Explicit(SqlName name) => name with { Schema = Named(name.Schema) };

    private string Named(string? schema) => schema is null || schema == (currentSchema ?? "public") ? Current : schema;

    private string SchemaOf(string name)
    {
        if (_temporary.Contains(name))
        {
            return Temporary;
        }

        if ((_localPath ?? _path) is not { } path)
        {
            return Current;
        }

        string[] schemas = [.. path.Select(Named)];
        return schemas.FirstOrDefault(s => _schemas.TryGetValue(name, out HashSet<string>? known) && known.Contains(s)) ?? schemas.FirstOrDefault() ?? Current;
    }

    private SqlName Add(SqlName name)
    {
        if (!_schemas.TryGetValue(name.Name, out HashSet<string>? schemas))
        {
            _schemas.Add(name.Name, schemas = new HashSet<string>(StringComparer.Ordinal));
        }

        schemas.Add(name.Schema ?? Current);
        return name;
    }
}
