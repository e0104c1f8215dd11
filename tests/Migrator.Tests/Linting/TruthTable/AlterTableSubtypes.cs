namespace Migrator.Tests.Linting.TruthTable;

/// <summary>
/// The subtypes of ALTER TABLE: the values of the enum <c>AlterTableType</c> in <c>src/include/nodes/parsenodes.h</c> of PostgreSQL 18. The ALTER
/// commands of indexes, views, sequences, foreign tables and composite types use the same subtypes. RENAME and SET SCHEMA are separate statements.
/// </summary>
internal static class AlterTableSubtypes
{
    public static IReadOnlyList<string> All { get; } =
    [
        "AT_AddColumn", "AT_AddColumnToView", "AT_ColumnDefault", "AT_CookedColumnDefault", "AT_DropNotNull", "AT_SetNotNull", "AT_SetExpression",
        "AT_DropExpression", "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_SetStorage", "AT_SetCompression", "AT_DropColumn",
        "AT_AddIndex", "AT_ReAddIndex", "AT_AddConstraint", "AT_ReAddConstraint", "AT_ReAddDomainConstraint", "AT_AlterConstraint",
        "AT_ValidateConstraint", "AT_AddIndexConstraint", "AT_DropConstraint", "AT_ReAddComment", "AT_AlterColumnType",
        "AT_AlterColumnGenericOptions", "AT_ChangeOwner", "AT_ClusterOn", "AT_DropCluster", "AT_SetLogged", "AT_SetUnLogged", "AT_DropOids",
        "AT_SetAccessMethod", "AT_SetTableSpace", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions", "AT_EnableTrig",
        "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig", "AT_EnableTrigAll", "AT_DisableTrigAll", "AT_EnableTrigUser",
        "AT_DisableTrigUser", "AT_EnableRule", "AT_EnableAlwaysRule", "AT_EnableReplicaRule", "AT_DisableRule", "AT_AddInherit", "AT_DropInherit",
        "AT_AddOf", "AT_DropOf", "AT_ReplicaIdentity", "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity",
        "AT_NoForceRowSecurity", "AT_GenericOptions", "AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize", "AT_AddIdentity",
        "AT_SetIdentity", "AT_DropIdentity", "AT_ReAddStatistics",
    ];
}
