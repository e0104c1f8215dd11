namespace Migrator.Linting;

/// <summary>What <c>plan</c> asks the database about a finding. Without a database, the finding stays as it is.</summary>
internal enum LintQuestion
{
    /// <summary>How large is the table?</summary>
    Size,

    /// <summary>Is the column, or are the columns of the index, NOT NULL, or does a valid CHECK constraint prove it? Then the finding does not apply.</summary>
    IsNotNull,

    /// <summary>Has the table a valid CHECK constraint? Then it is assumed to prove the bounds of the partition, and the finding does not apply.</summary>
    HasCheck,

    /// <summary>How large is the default partition of the table? Without one, the finding does not apply.</summary>
    DefaultPartition,

    /// <summary>Is the table partitioned? If not, the finding does not apply.</summary>
    IsPartitioned,

    /// <summary>Is the type a domain with a constraint? If not, the finding does not apply.</summary>
    IsDomain,
}
