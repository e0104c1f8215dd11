using System.Text.Json;
using System.Text.Json.Serialization;
using Migrator.Sql.Changes;

namespace Migrator.Execution.LockReport;

/// <summary>An <see cref="ObservedLock"/> as JSON, in the answer and in the audit table alike.</summary>
/// <param name="Table">The table, with its schema where the search_path does not find it.</param>
/// <param name="Line">The statement's line, from 1.</param>
/// <param name="Column">Its column, from 1.</param>
/// <param name="Lock">The strongest lock that it took, as PostgreSQL's documentation names it.</param>
/// <param name="Blocked">What waited: <c>reads and writes</c>, <c>writes</c>, or <c>nothing</c>.</param>
/// <param name="Milliseconds">For how long at most: from the statement's start until the commit.</param>
/// <param name="Rewritten">Whether the table was written anew, or emptied.</param>
/// <param name="Bytes">The size of its new file; null when it was not.</param>
/// <param name="Rows">The rows that it changed; null when it is no statement for rows.</param>
/// <param name="Rules">The rules of <c>lint</c> that it breaks; not in the audit table.</param>
internal sealed record JsonObserved(
    string Table, int Line, int Column, string Lock, string Blocked, long Milliseconds, bool Rewritten, long? Bytes, long? Rows, IReadOnlyList<string>? Rules);

/// <summary>From one to the other.</summary>
internal static class ObservedJson
{
    /// <summary>As it stands in the audit table.</summary>
    public static string Of(IReadOnlyList<ObservedLock> observed)
        => JsonSerializer.Serialize([.. observed.Select(o => Of(o) with { Rules = null })], ObservedJsonModel.Default.IReadOnlyListJsonObserved);

    public static JsonObserved Of(ObservedLock one) => new(
        one.Table,
        one.Position.Line,
        one.Position.Column,
        TableLocks.NameOf(one.Lock),
        TableLocks.Blocked(one.Lock),
        (long)one.Held.TotalMilliseconds,
        one.IsRewritten,
        one.Bytes,
        one.Rows,
        one.Rules);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<JsonObserved>))]
internal sealed partial class ObservedJsonModel : JsonSerializerContext;
