namespace Migrator.Sql.Statements;

/// <summary>Whether PostgreSQL runs a statement inside a transaction block.</summary>
internal enum TransactionBlockRule
{
    /// <summary>PostgreSQL runs the statement.</summary>
    Allowed,

    /// <summary>
    /// The catalog decides: PostgreSQL refuses REINDEX and CLUSTER of a partitioned table, and DROP and ALTER SUBSCRIPTION
    /// for a subscription with a replication slot.
    /// </summary>
    DependsOnCatalog,

    /// <summary>PostgreSQL refuses the statement (SQLSTATE 25001).</summary>
    Refused,
}
