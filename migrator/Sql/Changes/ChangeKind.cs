namespace Migrator.Sql.Changes;

/// <summary>The kind of a <see cref="SchemaChange"/>.</summary>
internal enum ChangeKind
{
    /// <summary>A statement that acquires no relevant table lock, or whose locks the syntax does not show: SELECT, DO, CALL, CREATE FUNCTION.</summary>
    Other,

    /// <summary>CREATE TABLE, CREATE TABLE AS, SELECT INTO; also CREATE for views and sequences, because ALTER TABLE accepts them.</summary>
    CreateTable,

    /// <summary>A lock on the other table: the table in a REFERENCES clause, or the partition in ATTACH PARTITION.</summary>
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

    /// <summary>A table rewrite: SET LOGGED, SET UNLOGGED, SET TABLESPACE, SET ACCESS METHOD, SET EXPRESSION, VACUUM FULL, CLUSTER.</summary>
    Rewrite,

    /// <summary>Any other form of ALTER TABLE; also CREATE and DROP of triggers, rules and policies.</summary>
    AlterTable,

    CreateIndex,
    DropIndex,
    Reindex,
    RefreshMaterializedView,
    LockTable,

    /// <summary>INSERT … VALUES, which inserts few rows.</summary>
    Insert,

    /// <summary>INSERT … SELECT or COPY … FROM, which can insert any number of rows.</summary>
    InsertMany,
    Update,
    Delete,
    Merge,

    /// <summary>SET or RESET lock_timeout, or a call of set_config. The value is in <see cref="SchemaChange.Expression"/>.</summary>
    SetLockTimeout,

    /// <summary>SET, SET SCHEMA or RESET search_path, or a call of set_config. The value is in <see cref="SchemaChange.Expression"/>.</summary>
    SetSearchPath,
}
