namespace Migrator.Sql.Changes;

/// <summary>What a <see cref="SchemaChange"/> does.</summary>
internal enum ChangeKind
{
    /// <summary>Something that takes no lock on a table that matters, or that the words do not tell: SELECT, DO, CALL, CREATE FUNCTION.</summary>
    Other,

    /// <summary>CREATE TABLE, CREATE TABLE AS, SELECT INTO, and what ALTER TABLE takes for a table: views and sequences.</summary>
    CreateTable,

    /// <summary>A REFERENCES clause: the table that it names.</summary>
    Reference,

    DropTable,
    RenameTable,
    SetSchema,
    Truncate,

    AddColumn,
    DropColumn,
    RenameColumn,
    AlterType,
    SetNotNull,

    AddForeignKey,
    AddCheck,

    /// <summary>UNIQUE or PRIMARY KEY.</summary>
    AddUnique,
    AddExclusion,

    /// <summary>ADD CONSTRAINT … NOT NULL column (PostgreSQL 18).</summary>
    AddNotNull,
    ValidateConstraint,
    DropConstraint,

    AttachPartition,
    DetachPartition,

    /// <summary>Writes the whole table anew: SET LOGGED, SET TABLESPACE, SET ACCESS METHOD, VACUUM FULL, CLUSTER.</summary>
    Rewrite,

    /// <summary>Any other form of ALTER TABLE, and what stands at a table: triggers, rules, policies.</summary>
    AlterTable,

    CreateIndex,
    DropIndex,
    Reindex,
    RefreshMaterializedView,
    LockTable,

    /// <summary>INSERT of values, which are few.</summary>
    Insert,

    /// <summary>INSERT … SELECT, COPY … FROM: as many rows as there are.</summary>
    InsertMany,
    Update,
    Delete,
    Merge,

    /// <summary>SET lock_timeout, in any form; the value is in <see cref="SchemaChange.Expression"/>.</summary>
    SetLockTimeout,
}
