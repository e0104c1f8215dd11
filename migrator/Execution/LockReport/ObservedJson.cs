using System.Text.Json;
using System.Text.Json.Serialization;
using Migrator.History;
using Migrator.Sql.Changes;

namespace Migrator.Execution.LockReport;

/// <summary>The JSON format of an <see cref="ObservedLock"/>, in the command's output and in the audit table.</summary>
/// <param name="Table">The table, with its schema if the search_path does not find the table without it.</param>
/// <param name="Line">The statement's line, from 1.</param>
/// <param name="Column">The statement's column, from 1.</param>
/// <param name="Lock">The strongest lock that the statement took on the table, named as in PostgreSQL's documentation.</param>
/// <param name="Blocked">The access of other sessions that the lock blocked: <c>reads and writes</c>, <c>writes</c>, or <c>nothing</c>.</param>
/// <param name="Milliseconds">How long other sessions waited at most: from the start of the statement to the commit.</param>
/// <param name="Rewritten">Whether the table was rewritten or truncated.</param>
/// <param name="Bytes">The size of the table's new file; null if the table was not rewritten.</param>
/// <param name="Rows">The number of rows that the statement changed; null if it is not an INSERT, UPDATE, DELETE or MERGE.</param>
/// <param name="IsCertain">Whether the statement is known; false if it is only the most probable one.</param>
/// <param name="Rules">The ids of the <c>lint</c> rules that the statement violates; null in the audit table.</param>
internal sealed record JsonObserved(
    string Table,
    int Line,
    int Column,
    [property: JsonConverter(typeof(FixedTextConverter))] string Lock,
    [property: JsonConverter(typeof(FixedTextConverter))] string Blocked,
    long Milliseconds,
    bool Rewritten,
    long? Bytes,
    long? Rows,
    bool IsCertain,
    IReadOnlyList<string>? Rules);

/// <summary>Converts <see cref="ObservedLock"/> to JSON.</summary>
internal static class ObservedJson
{
    /// <summary>Serializes observed locks for the audit table, without the rules of <c>lint</c>.</summary>
    /// <param name="observed">The locks.</param>
    /// <param name="audit">Masks secrets in the names of tables.</param>
    public static string Of(IReadOnlyList<ObservedLock> observed, AuditTable audit)
        => JsonSerializer.Serialize([.. observed.Select(o => Of(o) with { Table = audit.Redact(o.Table), Rules = null })], ObservedJsonModel.Default.IReadOnlyListJsonObserved);

    /// <summary>Converts one observed lock.</summary>
    public static JsonObserved Of(ObservedLock observed) => new(
        observed.Table,
        observed.Position.Line,
        observed.Position.Column,
        TableLocks.NameOf(observed.Lock),
        TableLocks.Blocked(observed.Lock),
        (long)observed.Held.TotalMilliseconds,
        observed.IsRewritten,
        observed.Bytes,
        observed.Rows,
        observed.IsCertain,
        observed.Rules);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<JsonObserved>))]
internal sealed partial class ObservedJsonModel : JsonSerializerContext;
