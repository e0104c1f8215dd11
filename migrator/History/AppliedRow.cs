using Migrator.Database;
using Migrator.Scripts;
using Npgsql;
using NpgsqlTypes;

namespace Migrator.History;

/// <summary>
/// What is written with a script, in its transaction: its row in the history, as Evolve writes it, and the one in the audit table, by one statement. Both get the
/// time that the script took until then, without its COMMIT, by the server's clock; it is also the answer (<see cref="IsTime"/>).
/// </summary>
/// <param name="history">Evolve's table.</param>
/// <param name="audit">Ours.</param>
internal sealed class AppliedRow(HistoryTable history, AuditTable audit)
{
    private const string Milliseconds = $"pg_catalog.round({AuditTable.SinceBegin})";

    // Tells its answer from those of scripts, whatever they call their columns.
    private static readonly string TimeColumn = $"migrate_{Guid.NewGuid():N}";

    /// <summary>The statement, with parameters instead of a script: see <see cref="ParametersOf"/>.</summary>
    public string Template { get; } = Statement(history, audit, "$1", "$2", "$3", "$4", "$5");

    /// <summary>The statement for a script.</summary>
    public string StatementFor(Script script) => Statement(
        history,
        audit,
        HistoryTable.Literal(HistoryTable.KindOf(script)),
        Quote.Literal(script.Version?.Label),
        Quote.Literal(HistoryTable.DescriptionOf(script)),
        Quote.Literal(script.FileName),
        Quote.Literal(script.Checksum));

    /// <summary>The parameters of <see cref="Template"/>.</summary>
    public static IReadOnlyList<NpgsqlParameter> ParametersOf(Script script) =>
        Parameters((short)HistoryTable.KindOf(script), script.Version?.Label, HistoryTable.DescriptionOf(script), script.FileName, script.Checksum);

    /// <summary>Their types, for preparing it.</summary>
    public static IReadOnlyList<NpgsqlParameter> ParameterTypes => Parameters(0, null, null, null, null);

    /// <summary>Whether the reader stands on the answer: a row of whole milliseconds.</summary>
    public static bool IsTime(NpgsqlDataReader reader) => reader.FieldCount > 0 && reader.GetName(0) == TimeColumn;

    private static string Statement(HistoryTable history, AuditTable audit, string kind, string version, string description, string name, string checksum) => $"""
        WITH history AS ({history.Insert(kind, version, $"{description} || ' (' || {Milliseconds}::bigint || ' ms)'", name, checksum)})
        {audit.Insert(name, version, checksum, AuditOutcome.Applied, Milliseconds)} RETURNING milliseconds AS {TimeColumn}
        """;

    private static IReadOnlyList<NpgsqlParameter> Parameters(short kind, params string?[] texts) =>
    [
        new NpgsqlParameter<short> { TypedValue = kind, NpgsqlDbType = NpgsqlDbType.Smallint },
        .. texts.Select(t => new NpgsqlParameter<string?> { TypedValue = t, NpgsqlDbType = NpgsqlDbType.Text }),
    ];
}
