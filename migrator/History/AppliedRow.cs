using Migrator.Database;
using Migrator.Scripts;
using Npgsql;
using NpgsqlTypes;

namespace Migrator.History;

/// <summary>
/// The statement that records a script in the script's transaction. It writes two rows: one in the history table, in Evolve's
/// format, and one in the audit table. Both rows contain how long the script took, without its COMMIT, by the server's clock.
/// The statement also returns this time (<see cref="IsElapsedTime"/>). It is prepared with the scripts' search path, so all names in it
/// have a schema.
/// </summary>
/// <param name="history">The history table.</param>
/// <param name="audit">The audit table.</param>
internal sealed class AppliedRow(HistoryTable history, AuditTable audit)
{
    private const string Milliseconds = $"pg_catalog.round({AuditTable.MillisecondsSinceBegin})";

    // A unique name, which distinguishes the result from the results of scripts.
    private static readonly string ElapsedColumn = $"migrate_{Guid.NewGuid():N}";

    /// <summary>The statement with parameters instead of a script's values: see <see cref="ParametersOf"/>.</summary>
    public string Template { get; } = Statement(history, audit, "$1", "$2", "$3", "$4", "$5");

    /// <summary>Gets the statement for a script.</summary>
    public string StatementFor(Script script) => Statement(
        history,
        audit,
        HistoryTable.Literal(HistoryTable.KindOf(script)),
        Quote.Literal(script.Version?.Label),
        Quote.Literal(HistoryTable.DescriptionOf(script)),
        Quote.Literal(script.FileName),
        Quote.Literal(script.Checksum));

    /// <summary>Gets the parameters of <see cref="Template"/> for a script.</summary>
    public static IReadOnlyList<NpgsqlParameter> ParametersOf(Script script) =>
        Parameters((short)HistoryTable.KindOf(script), script.Version?.Label, HistoryTable.DescriptionOf(script), script.FileName, script.Checksum);

    /// <summary>The types of the parameters, which are needed to prepare <see cref="Template"/>.</summary>
    public static IReadOnlyList<NpgsqlParameter> ParameterTypes => Parameters(0, null, null, null, null);

    /// <summary>Whether the reader is at the result of this statement: one row with the time in whole milliseconds.</summary>
    public static bool IsElapsedTime(NpgsqlDataReader reader) => reader.FieldCount > 0 && reader.GetName(0) == ElapsedColumn;

    private static string Statement(HistoryTable history, AuditTable audit, string kind, string version, string description, string name, string checksum) => $"""
        WITH history AS ({history.Insert(kind, version, $"pg_catalog.concat({description}, ' (', {Milliseconds}::pg_catalog.int8, ' ms)')", name, checksum)})
        {audit.Insert(name, version, checksum, AuditOutcome.Applied, Milliseconds)} RETURNING milliseconds AS {ElapsedColumn}
        """;

    private static IReadOnlyList<NpgsqlParameter> Parameters(short kind, params string?[] texts) =>
    [
        new NpgsqlParameter<short> { TypedValue = kind, NpgsqlDbType = NpgsqlDbType.Smallint },
        .. texts.Select(t => new NpgsqlParameter<string?> { TypedValue = t, NpgsqlDbType = NpgsqlDbType.Text }),
    ];
}
