namespace Migrator.Sql.Statements;

/// <summary>The effect of a statement on the current transaction.</summary>
internal enum TransactionControl
{
    /// <summary>No effect. SAVEPOINT and ROLLBACK TO SAVEPOINT do not end the transaction.</summary>
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
    /// COMMIT PREPARED, ROLLBACK PREPARED. They do not affect the current transaction, and are not allowed in a transaction block.
    /// </summary>
    FinishPrepared,
}
