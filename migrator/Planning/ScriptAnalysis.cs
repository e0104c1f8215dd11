using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>What a statement does to tables that are in use, judging from its syntax.</summary>
/// <param name="Locks">The locks that it takes; a table is null where the syntax does not tell which.</param>
/// <param name="Rows">The table whose rows it changes; null for none.</param>
/// <param name="IsOpaque">Whether its syntax does not show what it does: DO, CALL, SELECT of a function.</param>
internal sealed record TableAccess(IReadOnlyList<(SqlName? Table, TableLock Lock)> Locks, SqlName? Rows, bool IsOpaque);

/// <summary>A statement that accesses tables which are in use.</summary>
/// <param name="Index">Its number in the script, from 0.</param>
/// <param name="Position">Its place in the file.</param>
/// <param name="Access">What it does to them.</param>
/// <param name="StartsLock">
/// Whether it may take a stronger lock on a table than the statements before it in the transaction. False for the first statement of a transaction.
/// </param>
internal sealed record AccessingStatement(int Index, SourcePosition Position, TableAccess Access, bool StartsLock);

/// <summary>What the statements of one transaction do to tables that are in use.</summary>
/// <param name="Statements">The statements that access such tables, in order.</param>
/// <param name="SetsIsolation">Whether one of the statements may choose the transaction's isolation level.</param>
internal sealed record TransactionAnalysis(IReadOnlyList<AccessingStatement> Statements, bool SetsIsolation);

/// <summary>What is known of a pending script from its syntax and from the scripts that run before it.</summary>
/// <param name="Transactions">
/// By the number of the step: what is done to tables in use. A script that runs in one transaction has the one step 0. Steps that access no such table are left out.
/// </param>
/// <param name="CanBePipelined">
/// Whether the script may be sent in a batch with others: it is short and expected to be fast, judging from its syntax, accesses only what is new in the run, and
/// leaves prepared statements alone.
/// </param>
/// <param name="Statements">The number of its statements.</param>
/// <param name="Characters">The characters of its statements.</param>
internal sealed record ScriptAnalysis(IReadOnlyDictionary<int, TransactionAnalysis> Transactions, bool CanBePipelined, int Statements, int Characters);
