using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>A command of a <see cref="ScriptBatch"/>.</summary>
/// <param name="Script">The script that it is sent for.</param>
/// <param name="Text">Its SQL.</param>
/// <param name="Statement">The script's statement that it is, or that a question is about; null for one of our own, and for a question at the end.</param>
/// <param name="Index">The number of <paramref name="Statement"/> in the script, from 0.</param>
/// <param name="IsObservation">Whether it asks what the script did, and so must not be mistaken for a part of the script.</param>
/// <param name="Parameters">Of one of our own, for <c>$1</c> and so on; null for none.</param>
/// <param name="IsFirst">Whether it opens the transaction: then errors and notices are not attributed to it.</param>
internal readonly record struct SentCommand(
    Script Script,
    string Text,
    SqlStatement? Statement = null,
    int Index = 0,
    bool IsObservation = false,
    IReadOnlyList<NpgsqlParameter>? Parameters = null,
    bool IsFirst = false)
{
    /// <summary>Whether it is a statement of the script.</summary>
    public bool IsScripts => Statement is not null && !IsObservation;
}
