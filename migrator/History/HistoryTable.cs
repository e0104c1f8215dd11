using System.Globalization;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// The history table: its place, and the statements that read and write it. It has Evolve's format, so <c>migrate</c> can
/// continue a database that Evolve has migrated, and Evolve can continue one that <c>migrate</c> has migrated.
/// </summary>
internal sealed class HistoryTable
{
    // A table that another role has created can have longer texts, which would fill the memory.
    private const string MaxText = "1000";

    // The column has 200 characters. The rest is for the time, such as " (123456789 ms)".
    private const int LongestDescription = 180;

    /// <summary>Creates an object for a table that may not exist.</summary>
    /// <param name="schema">The schema of the table. See <see cref="HistoryLocation"/>.</param>
    /// <param name="name">The name of the table.</param>
    public HistoryTable(string schema, string name) => (Schema, Name) = (schema, name);

    /// <summary>The schema of the table.</summary>
    public string Schema { get; }

    /// <summary>The name of the table.</summary>
    public string Name { get; }

    /// <summary>Whether the table existed at the last check.</summary>
    public bool Exists { get; private set; }

    /// <summary>The name for messages and for the key of the run lock, without quotation marks: <c>public.changelog</c>.</summary>
    public string QualifiedName => $"{Schema}.{Name}";

    private string InsertInto => $"INSERT INTO {Quoted} (type, version, description, name, checksum, installed_by, success)";

    private string Quoted => Quote.Table(Schema, Name);

    /// <summary>Records which tables exist.</summary>
    public void SetExisting(FoundTables tables) => Exists = tables.Contains(Schema, Name);

    /// <summary>
    /// The statement that creates the table in Evolve's format. Evolve itself creates the table up front only if the schema is
    /// new or empty, because it records that fact. In other schemas, Evolve creates the table with its first script.
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

    // Evolve ignores rows without success when it looks for applied scripts. The rows that it writes itself for failed scripts have other names.
    private const string IsBegun = $"(NOT success AND pg_catalog.right(name, 13) OPERATOR(pg_catalog.=) '{ScriptName.ContractSuffix}'::pg_catalog.text)";

    private const string IsUnmarked = $"{IsBegun} AND checksum <> ''";

    /// <summary>
    /// The query for the successful rows and for begun contract scripts, oldest first. Rows that Evolve wrote for failed scripts are left out: they do not
    /// describe the schema. The columns of Evolve's table are shorter than the limit.
    /// </summary>
    public string SelectStatement => $"""
        SELECT id, type, left(version, {MaxText}), left(description, {MaxText}), left(name, {MaxText}), left(checksum, {MaxText}), left(installed_by, {MaxText}), installed_on, success
          FROM {Quoted} WHERE success OR {IsBegun} ORDER BY id
        """;

    /// <summary>Reads the rows of <see cref="SelectStatement"/>.</summary>
    /// <exception cref="MigrateException">A row contains an invalid version (6).</exception>
    public async Task<IReadOnlyList<HistoryEntry>> ReadEntriesAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var entries = new List<HistoryEntry>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            entries.Add(Entry(reader));
        }

        return entries;
    }

    /// <summary>
    /// Gets the statement that writes the row of an applied script, in Evolve's format: the description contains the elapsed
    /// time, and texts are cut to the length of their columns.
    /// </summary>
    public string InsertStatement(Script script, TimeSpan elapsed) => Insert(
        Literal(KindOf(script)),
        Quote.Literal(script.Version?.Label),
        Quote.Literal(string.Create(CultureInfo.InvariantCulture, $"{DescriptionOf(script)} ({Math.Round(elapsed.TotalMilliseconds)} ms)")),
        Quote.Literal(script.FileName),
        Quote.Literal(script.Checksum));

    /// <summary>Gets the statement that writes a start version, in Evolve's format. All versions below it count as applied.</summary>
    public string StartVersionStatement(ScriptVersion start) => Insert(
        Literal(HistoryKind.StartVersion),
        Quote.Literal(start.Label),
        Quote.Literal($"Skip migrations until version {start.Label} excluded."),
        Quote.Literal($"StartVersion = {start.Label}"),
        "''");

    /// <summary>Gets the statement that writes a row. Each argument is an SQL expression: a literal or a parameter.</summary>
    public string Insert(string kind, string version, string description, string name, string checksum, string success = "true")
        => $"{InsertInto} VALUES ({kind}, {version}, {description}, {name}, {checksum}, current_user, {success})";

    /// <summary>Gets the kind of a script's row.</summary>
    public static HistoryKind KindOf(Script script) => script.Version is null ? HistoryKind.Repeatable : HistoryKind.Versioned;

    /// <summary>Gets a kind's number in the table, as an SQL literal.</summary>
    public static string Literal(HistoryKind kind) => ((int)kind).ToString(CultureInfo.InvariantCulture);

    /// <summary>Gets a script's description, cut so that the elapsed time can follow it.</summary>
    public static string DescriptionOf(Script script)
    {
        string description = script.Name.Description;
        return description.Length <= LongestDescription ? description : description[..(LongestDescription - 3)] + "...";
    }

    /// <summary>Gets the statement that replaces the checksum and name of a row by those of an edited script.</summary>
    public string RepairStatement(HistoryEntry entry, Script script)
        => string.Create(CultureInfo.InvariantCulture, $"UPDATE {Quoted} SET checksum = '{script.Checksum}', name = {Quote.Literal(script.FileName)} WHERE id = {entry.Id}");

    /// <summary>
    /// Gets the statement that deletes the rows of a version that is undone. There are several rows if the version was applied
    /// again by hand. The audit table still shows what happened.
    /// </summary>
    public string DeleteStatement(HistoryEntry entry)
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Quoted} WHERE id = {entry.Id} OR (type = {(int)HistoryKind.Versioned} AND (success OR {IsBegun}) AND version = {Quote.Literal(entry.Version!.Label)})");

    /// <summary>
    /// Gets the statement that deletes the rows of all repeatable scripts, in the transaction of an undo. The undo script may
    /// drop or replace what they created. Without the rows, the next run applies the repeatable scripts of its folder again,
    /// the gate (<c>wait</c>) waits for them, and Evolve would run them again, too.
    /// </summary>
    public string DeleteRepeatablesStatement()
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Quoted} WHERE type = {(int)HistoryKind.Repeatable}");

    /// <summary>
    /// Gets the statement that adds a row without a checksum for a repeatable script, in the transaction of a contract script, if an object of the repeatable script
    /// is gone: the script then runs again, and the gate waits for it. The description is the checksum of the newest row before: see <see cref="HistoryEntry.RepeatedChecksum"/>.
    /// </summary>
    /// <param name="name">The file name of the repeatable script.</param>
    /// <param name="condition">An SQL condition.</param>
    public string RepeatStatement(string name, string condition) => string.Create(CultureInfo.InvariantCulture, $"""
        {InsertInto} SELECT {(int)HistoryKind.Repeatable}, NULL, newest.checksum, {Quote.Literal(name)}, '', current_user, true
          FROM (SELECT checksum FROM {Quoted} WHERE type = {(int)HistoryKind.Repeatable} AND success AND name = {Quote.Literal(name)} ORDER BY id DESC LIMIT 1) AS newest
         WHERE newest.checksum <> '' AND ({condition})
        """);

    /// <summary>Gets the statement that deletes the rows that Evolve wrote for failed scripts.</summary>
    public string DeleteFailedStatement() => $"DELETE FROM {Quoted} WHERE NOT success AND NOT {IsBegun}";

    /// <summary>
    /// Gets the statement that records that a contract script begins. The row stops the gate of an application that does not have the script, also if this run is killed.
    /// </summary>
    private string BeginStatement(Script script) => Insert(
        Literal(KindOf(script)),
        Quote.Literal(script.Version?.Label),
        Quote.Literal(DescriptionOf(script)),
        Quote.Literal(script.FileName),
        Quote.Literal(script.Checksum),
        success: "false");

    /// <summary>Gets the statement that deletes the row of <see cref="BeginStatement"/>.</summary>
    public string DeleteBegunStatement(Script script) => $"DELETE FROM {Quoted} WHERE {IsBegun} AND version = {Quote.Literal(script.Version?.Label)}";

    /// <summary>
    /// Gets the statement that marks the row of <see cref="BeginStatement"/>, because the script has taken effect in part although the progress table does not show
    /// it: a DO or CALL had committed batches before it failed. Only <see cref="DeleteBegunStatement"/> deletes a marked row.
    /// </summary>
    public string MarkPartialStatement(Script script) => $"UPDATE {Quoted} SET checksum = '' WHERE {IsBegun} AND version = {Quote.Literal(script.Version?.Label)}";

    /// <summary>
    /// Gets the statement that deletes the rows of <see cref="BeginStatement"/>, except those that are marked and those whose script has a step in the progress table.
    /// While no other run holds the contract lock, nothing of these scripts took effect.
    /// </summary>
    public string DeleteUnusedBegunStatement(SideTables tables)
        => $"DELETE FROM {Quoted} WHERE {IsUnmarked} AND NOT EXISTS (SELECT FROM {tables.Progress} AS p WHERE p.script = '{ScriptName.PrefixOf(ScriptKind.Versioned)}' || {Quoted}.version)";

    /// <summary>Gets the statements that replace the row of <see cref="BeginStatement"/>, but keep a marked one.</summary>
    public IEnumerable<string> BeginAgainStatements(Script script) => [$"DELETE FROM {Quoted} WHERE {IsUnmarked} AND version = {Quote.Literal(script.Version?.Label)}", BeginStatement(script)];

    /// <summary>Counts the rows that Evolve wrote for failed scripts.</summary>
    public async Task<int> CountFailedAsync(DatabaseSession session, CancellationToken cancellation)
        => Exists ? (int)await session.ScalarAsync<long>($"SELECT count(*) FROM {Quoted} WHERE NOT success AND NOT {IsBegun}", cancellation).ConfigureAwait(false) : 0;

    private HistoryEntry Entry(NpgsqlDataReader reader)
    {
        var kind = (HistoryKind)reader.GetInt16(1);
        string? label = reader.IsDBNull(2) ? null : reader.GetString(2);
        ScriptVersion? version = null;
        if (kind is HistoryKind.Versioned or HistoryKind.StartVersion
            && !ScriptVersion.TryParse(label ?? "", out version, out _))
        {
            throw new MigrateException(ExitCode.HistoryMismatch, new Problem("history-version", $"{QualifiedName} contains an invalid version '{label}'")
            {
                Advice = $"Check the row with id {reader.GetInt32(0)}.",
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
            reader.GetDateTime(7))
        { IsBegun = !reader.GetBoolean(8) };
    }
}
