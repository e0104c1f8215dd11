namespace Migrator.Sql.Changes;

/// <summary>The kind of a <see cref="SchemaChange"/>.</summary>
internal enum ChangeKind
{
    /// <summary>A statement that acquires no relevant table lock, or whose locks the syntax does not show: SELECT, DO, CALL, CREATE FUNCTION.</summary>
    Other,

    /// <summary>CREATE TYPE, DOMAIN, FUNCTION, PROCEDURE, AGGREGATE, SCHEMA or EXTENSION. The name is in <see cref="SchemaChange.Name"/>.</summary>
    CreateObject,

    /// <summary>DROP of an object that is not a table or an index, such as a view, a function or a schema.</summary>
    DropObject,

    /// <summary>RENAME or SET SCHEMA of an object that is not a table, such as a type, or RENAME VALUE of an enum type.</summary>
    RenameObject,

    /// <summary>ALTER DOMAIN that checks the rows of all tables that use the domain: ADD CONSTRAINT, VALIDATE CONSTRAINT, SET NOT NULL.</summary>
    CheckDomain,

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
    DropNotNull,

    AddForeignKey,
    AddCheck,

    /// <summary>UNIQUE or PRIMARY KEY.</summary>
    AddUnique,
    AddExclusion,

    /// <summary>ADD CONSTRAINT … NOT NULL column (PostgreSQL 18).</summary>
    AddNotNull,
    ValidateConstraint,

    /// <summary>ALTER CONSTRAINT … ENFORCED (PostgreSQL 18).</summary>
    EnforceConstraint,
    DropConstraint,

    /// <summary>ATTACH PARTITION. The partition is in <see cref="SchemaChange.Other"/>.</summary>
    AttachPartition,
    DetachPartition,

    /// <summary>CREATE TABLE … PARTITION OF. The table is the parent; the new partition is in <see cref="SchemaChange.Other"/>.</summary>
    CreatePartition,

    /// <summary>ENABLE or FORCE ROW LEVEL SECURITY.</summary>
    RowSecurity,

    /// <summary>A rewrite of a table or an index: SET LOGGED, SET UNLOGGED, SET TABLESPACE, SET ACCESS METHOD, SET EXPRESSION, VACUUM FULL, CLUSTER, REPACK.</summary>
    Rewrite,

    /// <summary>Any other form of ALTER TABLE; also CREATE and DROP of triggers, rules and policies. See <see cref="SchemaChange.Action"/>.</summary>
    AlterTable,

    CreateIndex,
    DropIndex,
    Reindex,
    RefreshMaterializedView,
    LockTable,

    /// <summary>REVOKE of privileges on an object, or of a role; not of the right to grant them.</summary>
    Revoke,

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
