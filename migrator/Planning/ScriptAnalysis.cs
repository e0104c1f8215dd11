using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>The effects of a statement on tables that are in use, judging from its syntax.</summary>
/// <param name="Locks">The locks that the statement takes. A table is null if the syntax does not name it.</param>
/// <param name="ModifiedTable">The table whose rows the statement inserts, updates or deletes; null for none.</param>
/// <param name="Hidden">Whether the statement can lock tables that its syntax does not name.</param>
internal sealed record TableAccess(IReadOnlyList<(SqlName? Table, TableLock Lock)> Locks, SqlName? ModifiedTable, HiddenLocks Hidden);

/// <summary>A statement that accesses tables that are in use.</summary>
/// <param name="Index">The statement's number in the script, from 0.</param>
/// <param name="Position">The statement's place in the file.</param>
/// <param name="Access">The statement's effects on these tables.</param>
/// <param name="MayTakeStrongerLock">
/// Whether the statement may take a stronger lock on a table than the statements before it in the transaction. False for the
/// first statement of a transaction.
/// </param>
internal sealed record AccessingStatement(int Index, SourcePosition Position, TableAccess Access, bool MayTakeStrongerLock);

/// <summary>The effects of one transaction on tables that are in use.</summary>
/// <param name="Statements">The statements that access such tables, in order.</param>
/// <param name="SetsIsolation">Whether one of the statements may set the transaction's isolation level.</param>
internal sealed record TransactionAnalysis(IReadOnlyList<AccessingStatement> Statements, bool SetsIsolation);

/// <summary>The analysis of a script, from its syntax and from the scripts that run before it.</summary>
/// <param name="Transactions">
/// The effects on tables in use, by the number of the step. A script that runs in one transaction has only step 0. Steps that
/// access no such table are left out.
/// </param>
/// <param name="CanBePipelined">
/// Whether the script may be sent in a batch with other scripts: the script is short, its syntax suggests that it is fast,
/// it accesses only tables that this run creates, and it uses no prepared statements.
/// </param>
/// <param name="MayGrant">Whether its text contains the word GRANT.</param>
/// <param name="Statements">The number of its statements.</param>
/// <param name="Characters">The number of characters of its statements.</param>
internal sealed record ScriptAnalysis(IReadOnlyDictionary<int, TransactionAnalysis> Transactions, bool CanBePipelined, bool MayGrant, int Statements, int Characters);
