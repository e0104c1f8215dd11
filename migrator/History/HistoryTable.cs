using System.Globalization;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// Evolve's history table: where it is, and what it holds. Its shape is Evolve's, so that a database that Evolve manages is
/// adopted as it is, and Evolve finds what we did.
/// </summary>
internal sealed class HistoryTable
{
    // Of the column's 200 characters; the rest is for " (123456789 ms)".
    private const int LongestDescription = 180;

    private HistoryTable(string schema, string name, bool exists)
    {
        Schema = schema;
        Name = name;
        Exists = exists;
    }

    public string Schema { get; }

    public string Name { get; }

    /// <summary>Whether it existed when it was last looked for.</summary>
    public bool Exists { get; private set; }

    /// <summary>For people and for the lock's key: <c>public.changelog</c>, unquoted.</summary>
    public string QualifiedName => $"{Schema}.{Name}";

    private string Quoted => $"{Quote.Identifier(Schema)}.{Quote.Identifier(Name)}";

    /// <summary>Notes that it exists from now on.</summary>
    public void Created() => Exists = true;

    /// <summary>Notes which tables there are.</summary>
    public void Note(IReadOnlySet<(string Schema, string Name)> tables) => Exists = tables.Contains((Schema, Name));

    /// <summary>
    /// The table as Evolve creates it. Evolve itself does so only where it has something to note: that the schema is new or
    /// empty; into a schema that holds something already it would come with the first script.
    /// </summary>
    public string CreateStatement => $"""
        CREATE TABLE IF NOT EXISTS {Quoted} (
            id serial NOT NULL PRIMARY KEY,
            type smallint,
            version varchar(50),
            description varchar(200) NOT NULL,
            name varchar(300) NOT NULL,
            checksum varchar(32),
            installed_by varchar(100) NOT NULL,
            installed_on timestamp NOT NULL DEFAULT now(),
            success boolean NOT NULL)
        """;

    /// <summary>Its successful rows, oldest first. Rows that Evolve left for a failed script say nothing about the schema.</summary>
    public string SelectStatement
        => $"SELECT id, type, version, description, name, checksum, installed_by, installed_on FROM {Quoted} WHERE success ORDER BY id";

    /// <summary>Finds the table, or the place where it belongs.</summary>
    /// <exception cref="MigrateException">The connection has no schema (2).</exception>
    public static HistoryTable Locate(HistoryLookup found, MigrateOptions options)
    {
        string name = options.HistoryTable;
        bool Has(string schema) => found.Tables.Contains((schema, name));
        if (options.Schema is { } given)
        {
            return new HistoryTable(given, name, Has(given));
        }

        if ((EvolveSchema(found.Server.SearchPath) ?? found.Server.CurrentSchema) is not { } evolves)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-schema", $"the connection's search_path ({found.Server.SearchPath}) names no schema")
            {
                Advice = "Name one with --schema.",
            });
        }

        string schema = !Has(evolves) && found.Server.CurrentSchema is { } current && Has(current) ? current : evolves;
        return new HistoryTable(schema, name, Has(schema));
    }

    /// <summary>Reads the rows of <see cref="SelectStatement"/>.</summary>
    /// <exception cref="MigrateException">One holds a version that cannot be read (6).</exception>
    public async Task<IReadOnlyList<HistoryEntry>> ReadEntriesAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var entries = new List<HistoryEntry>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            entries.Add(Entry(reader));
        }

        return entries;
    }

    /// <summary>The row of an applied script, as Evolve writes it: the time in the description, texts cut to the columns.</summary>
    public string InsertStatement(Script script, TimeSpan elapsed) => Insert(
        Literal(KindOf(script)),
        Quote.Literal(script.Version?.Label),
        Quote.Literal(string.Create(CultureInfo.InvariantCulture, $"{DescriptionOf(script)} ({Math.Round(elapsed.TotalMilliseconds)} ms)")),
        Quote.Literal(script.FileName),
        Quote.Literal(script.Checksum));

    /// <summary>The row below whose version everything counts as applied, as Evolve writes it.</summary>
    public string StartVersionStatement(ScriptVersion start) => Insert(
        Literal(HistoryKind.StartVersion),
        Quote.Literal(start.Label),
        Quote.Literal($"Skip migrations until version {start.Label} excluded."),
        Quote.Literal($"StartVersion = {start.Label}"),
        "''");

    /// <summary>A row of expressions: a literal or a parameter each.</summary>
    public string Insert(string kind, string version, string description, string name, string checksum)
        => $"INSERT INTO {Quoted} (type, version, description, name, checksum, installed_by, success) VALUES ({kind}, {version}, {description}, {name}, {checksum}, current_user, true)";

    /// <summary>The kind of a script's row.</summary>
    public static HistoryKind KindOf(Script script) => script.Version is null ? HistoryKind.Repeatable : HistoryKind.Versioned;

    /// <summary>A kind as it stands in the table.</summary>
    public static string Literal(HistoryKind kind) => ((int)kind).ToString(CultureInfo.InvariantCulture);

    /// <summary>A script's description, with room for the time behind it.</summary>
    public static string DescriptionOf(Script script)
    {
        string description = script.Name.Description;
        return description.Length <= LongestDescription ? description : description[..(LongestDescription - 3)] + "...";
    }

    /// <summary>Accepts an edited script.</summary>
    public string RepairStatement(HistoryEntry entry, Script script)
        => string.Create(CultureInfo.InvariantCulture, $"UPDATE {Quoted} SET checksum = '{script.Checksum}', name = {Quote.Literal(script.FileName)} WHERE id = {entry.Id}");

    /// <summary>Takes back the rows of a version that is undone (several, when it was applied again by hand); the audit table keeps the story.</summary>
    public string DeleteStatement(HistoryEntry entry)
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Quoted} WHERE id = {entry.Id} OR (type = {(int)HistoryKind.Versioned} AND success AND version = {Quote.Literal(entry.Version!.Label)})");

    /// <summary>
    /// Takes back the rows of all repeatables, in the transaction of an undo, which may drop or replace what they made: whichever
    /// folder comes next runs its own again, its gate waits for that, and Evolve would do the same.
    /// </summary>
    public string DeleteRepeatablesStatement()
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Quoted} WHERE type = {(int)HistoryKind.Repeatable}");

    /// <summary>Removes the rows of failed scripts.</summary>
    public string DeleteFailedStatement() => $"DELETE FROM {Quoted} WHERE NOT success";

    /// <summary>How many rows Evolve left for scripts that failed.</summary>
    public async Task<int> CountFailedAsync(DatabaseSession session, CancellationToken cancellation)
        => Exists ? (int)await session.ScalarAsync<long>($"SELECT count(*) FROM {Quoted} WHERE NOT success", cancellation).ConfigureAwait(false) : 0;

    /// <summary>The first schema of a search_path as Evolve reads it: without quotes and without <c>$user</c>.</summary>
    private static string? EvolveSchema(string searchPath)
        => searchPath.Replace("\"", "", StringComparison.Ordinal)
            .Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(s => s.Length > 0 && s != "$user");

    private HistoryEntry Entry(NpgsqlDataReader reader)
    {
        var kind = (HistoryKind)reader.GetInt16(1);
        string? label = reader.IsDBNull(2) ? null : reader.GetString(2);
        ScriptVersion? version = null;
        if (kind is HistoryKind.Versioned or HistoryKind.StartVersion
            && !ScriptVersion.TryParse(label ?? "", out version, out _))
        {
            throw new MigrateException(ExitCode.HistoryMismatch, new Problem("history-version", $"{QualifiedName} holds a version '{label}' that cannot be read")
            {
                Advice = $"Look at the row with id {reader.GetInt32(0)}.",
            });
        }

        return new HistoryEntry(
            reader.GetInt32(0),
            kind,
            version,
            reader.GetString(3),
            reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.GetString(6),
            reader.GetDateTime(7));
    }
}
