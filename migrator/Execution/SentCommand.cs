using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>A command of a <see cref="ScriptBatch"/>.</summary>
/// <param name="Script">The script for which the command is sent.</param>
/// <param name="Text">The command's SQL.</param>
/// <param name="Statement">
/// The statement of the script, or the statement before which the elapsed time is queried; null for migrate's own statements, and
/// for the query of locks at the end.
/// </param>
/// <param name="Index">The number of <paramref name="Statement"/> in the script, from 0.</param>
/// <param name="IsObservation">Whether the command is a query of <see cref="LockReport.LockObserver"/>, and not a part of the script.</param>
/// <param name="Parameters">The values of <c>$1</c> and so on, for migrate's own statements; null for none.</param>
/// <param name="OpensTransaction">Whether the command opens the transaction. Errors and notices are not attributed to it.</param>
internal readonly record struct SentCommand(
    Script Script,
    string Text,
    SqlStatement? Statement = null,
    int Index = 0,
    bool IsObservation = false,
    IReadOnlyList<NpgsqlParameter>? Parameters = null,
    bool OpensTransaction = false)
{
    /// <summary>Whether the command is a statement of the script.</summary>
    public bool IsScriptStatement => Statement is not null && !IsObservation;
}
