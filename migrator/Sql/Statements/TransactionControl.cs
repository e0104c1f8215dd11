namespace Migrator.Sql.Statements;

/// <summary>What a statement does to the transaction around it.</summary>
internal enum TransactionControl
{
    /// <summary>Nothing; savepoints, and ROLLBACK TO one, stay inside.</summary>
    None,

    /// <summary>BEGIN, START TRANSACTION.</summary>
    Begin,

    /// <summary>COMMIT, END.</summary>
    Commit,

    /// <summary>ROLLBACK, ABORT.</summary>
    Rollback,

    /// <summary>PREPARE TRANSACTION.</summary>
    Prepare,

    /// <summary>
    /// COMMIT PREPARED, ROLLBACK PREPARED: not about the current transaction, and not allowed in one.
    /// </summary>
    FinishPrepared,
}
