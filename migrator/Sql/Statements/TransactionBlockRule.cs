namespace Migrator.Sql.Statements;

/// <summary>Whether PostgreSQL runs a statement inside a transaction block.</summary>
internal enum TransactionBlockRule
{
    /// <summary>It does.</summary>
    Allowed,

    /// <summary>
    /// The catalog decides: REINDEX and CLUSTER refuse partitioned tables, DROP SUBSCRIPTION one with a slot.
    /// </summary>
    Depends,

    /// <summary>It does not (SQL state 25001).</summary>
    Refused,
}
