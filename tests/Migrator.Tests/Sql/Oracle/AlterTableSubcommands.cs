using Migrator.Sql.Changes;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>
/// Every subcommand of ALTER TABLE that PostgreSQL's grammar has, with the change and the lock that the reader must report. The locks are
/// those of <c>AlterTableGetLockLevel</c> in PostgreSQL's <c>tablecmds.c</c>.
/// </summary>
internal static class AlterTableSubcommands
{
    /// <summary>The subcommands that PostgreSQL creates itself, and that no syntax has.</summary>
    public static readonly string[] Internal =
    [
        "AT_AddColumnRecurse", "AT_AddColumnToView", "AT_AddConstraintRecurse", "AT_AddIndex", "AT_AddIndexConstraint", "AT_AlterConstraintRecurse",
        "AT_CheckNotNull", "AT_CookedColumnDefault", "AT_DropColumnRecurse", "AT_DropConstraintRecurse", "AT_ReAddComment", "AT_ReAddConstraint",
        "AT_ReAddDomainConstraint", "AT_ReAddIndex", "AT_ReAddStatistics", "AT_ReplaceRelOptions", "AT_ValidateConstraintRecurse",
    ];

    private const TableLock Exclusive = TableLock.AccessExclusive;
    private const TableLock Maintenance = TableLock.ShareUpdateExclusive;
    private const TableLock Writes = TableLock.ShareRowExclusive;

    public static readonly IReadOnlyDictionary<string, (ChangeKind Kind, TableLock Lock)> All = new Dictionary<string, (ChangeKind, TableLock)>
    {
        ["AT_AddColumn"] = (ChangeKind.AddColumn, Exclusive),
        ["AT_DropColumn"] = (ChangeKind.DropColumn, Exclusive),
        ["AT_AlterColumnType"] = (ChangeKind.AlterType, Exclusive),
        ["AT_ColumnDefault"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetNotNull"] = (ChangeKind.SetNotNull, Exclusive),
        ["AT_DropNotNull"] = (ChangeKind.DropNotNull, Exclusive),
        ["AT_SetExpression"] = (ChangeKind.Rewrite, Exclusive),
        ["AT_DropExpression"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetStatistics"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_SetOptions"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_ResetOptions"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_SetStorage"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetCompression"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AddIdentity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetIdentity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_DropIdentity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AlterColumnGenericOptions"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AddConstraint CONSTR_CHECK"] = (ChangeKind.AddCheck, Exclusive),
        ["AT_AddConstraint CONSTR_NOTNULL"] = (ChangeKind.AddNotNull, Exclusive),
        ["AT_AddConstraint CONSTR_UNIQUE"] = (ChangeKind.AddUnique, Exclusive),
        ["AT_AddConstraint CONSTR_PRIMARY"] = (ChangeKind.AddUnique, Exclusive),
        ["AT_AddConstraint CONSTR_EXCLUSION"] = (ChangeKind.AddExclusion, Exclusive),
        ["AT_AddConstraint CONSTR_FOREIGN"] = (ChangeKind.AddForeignKey, Writes),
        ["AT_AlterConstraint"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AlterConstraint ENFORCED"] = (ChangeKind.EnforceConstraint, Exclusive),
        ["AT_ValidateConstraint"] = (ChangeKind.ValidateConstraint, Maintenance),
        ["AT_DropConstraint"] = (ChangeKind.DropConstraint, Exclusive),
        ["AT_AttachPartition"] = (ChangeKind.AttachPartition, Maintenance),
        ["AT_DetachPartition"] = (ChangeKind.DetachPartition, Exclusive),
        ["AT_DetachPartitionFinalize"] = (ChangeKind.DetachPartition, Maintenance),
        ["AT_SetLogged"] = (ChangeKind.Rewrite, Exclusive),
        ["AT_SetUnLogged"] = (ChangeKind.Rewrite, Exclusive),
        ["AT_SetAccessMethod"] = (ChangeKind.Rewrite, Exclusive),
        ["AT_SetTableSpace"] = (ChangeKind.Rewrite, Exclusive),
        ["AT_ChangeOwner"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_ClusterOn"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_DropCluster"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_DropOids"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetRelOptions user_catalog_table"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_ResetRelOptions user_catalog_table"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_SetRelOptions"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_ResetRelOptions"] = (ChangeKind.AlterTable, Maintenance),
        ["AT_EnableTrig"] = (ChangeKind.AlterTable, Writes),
        ["AT_EnableAlwaysTrig"] = (ChangeKind.AlterTable, Writes),
        ["AT_EnableReplicaTrig"] = (ChangeKind.AlterTable, Writes),
        ["AT_EnableTrigAll"] = (ChangeKind.AlterTable, Writes),
        ["AT_EnableTrigUser"] = (ChangeKind.AlterTable, Writes),
        ["AT_DisableTrig"] = (ChangeKind.AlterTable, Writes),
        ["AT_DisableTrigAll"] = (ChangeKind.AlterTable, Writes),
        ["AT_DisableTrigUser"] = (ChangeKind.AlterTable, Writes),
        ["AT_EnableRule"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_EnableAlwaysRule"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_EnableReplicaRule"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_DisableRule"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_EnableRowSecurity"] = (ChangeKind.RowSecurity, Exclusive),
        ["AT_DisableRowSecurity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_ForceRowSecurity"] = (ChangeKind.RowSecurity, Exclusive),
        ["AT_NoForceRowSecurity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AddInherit"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_DropInherit"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_AddOf"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_DropOf"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_ReplicaIdentity"] = (ChangeKind.AlterTable, Exclusive),
        ["AT_GenericOptions"] = (ChangeKind.AlterTable, Exclusive),
    };
}
