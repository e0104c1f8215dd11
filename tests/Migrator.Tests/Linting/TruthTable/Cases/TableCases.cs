using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about ALTER TABLE actions that change the table as a whole: owner, storage, triggers, rules, row security, inheritance, name.</summary>
internal static class TableCases
{
    private const string Foreign = "CREATE FOREIGN TABLE remote_t (id int, a int) SERVER remote;";
    private const string OfType = "CREATE TYPE pair AS (x int, y int);\nCREATE TABLE t (x int, y int);\nINSERT INTO t SELECT i, i FROM generate_series(1, 200) i;";
    private const string Like = Inherited + "\nCREATE TABLE t (id int NOT NULL, a int);\nINSERT INTO t SELECT i, i FROM generate_series(1, 200) i;";

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("owner-to", Table, "ALTER TABLE t OWNER TO second") { Covers = "AT_ChangeOwner" },
        new("cluster-on", Indexed, "ALTER TABLE t CLUSTER ON t_a") { Covers = "AT_ClusterOn" },
        new("set-without-cluster", Indexed + "\nALTER TABLE t CLUSTER ON t_a;", "ALTER TABLE t SET WITHOUT CLUSTER") { Covers = "AT_DropCluster" },
        new("set-without-oids", Table, "ALTER TABLE t SET WITHOUT OIDS") { Covers = "AT_DropOids" },
        new("set-unlogged", Table, "ALTER TABLE t SET UNLOGGED") { Covers = "AT_SetUnLogged" },
        new("set-logged", "CREATE UNLOGGED TABLE t (a int);\nINSERT INTO t SELECT i FROM generate_series(1, 200) i;", "ALTER TABLE t SET LOGGED") { Covers = "AT_SetLogged" },
        new("set-logged-already", Table, "ALTER TABLE t SET LOGGED") { Covers = "AT_SetLogged" },
        new("set-access-method", Table, "ALTER TABLE t SET ACCESS METHOD heap_too") { From = 15, Covers = "AT_SetAccessMethod" },
        new("set-access-method-already", Table, "ALTER TABLE t SET ACCESS METHOD heap") { From = 15, Covers = "AT_SetAccessMethod" },
        new("set-access-method-default", Table, "ALTER TABLE t SET ACCESS METHOD DEFAULT") { From = 17, Covers = "AT_SetAccessMethod" },
        new("set-access-method-partitioned", Partitioned, "ALTER TABLE parent SET ACCESS METHOD heap_too") { From = 15, Covers = "AT_SetAccessMethod" },
        new("set-tablespace", Indexed, "ALTER TABLE t SET TABLESPACE fast") { Covers = "AT_SetTableSpace" },
        new("set-tablespace-already", Indexed, "ALTER TABLE t SET TABLESPACE pg_default") { Covers = "AT_SetTableSpace" },
        new("set-tablespace-partitioned", Partitioned, "ALTER TABLE parent SET TABLESPACE fast") { Covers = "AT_SetTableSpace" },
        new("set-tablespace-all", Table + "\nALTER TABLE t OWNER TO second;", "ALTER TABLE ALL IN TABLESPACE pg_default OWNED BY second SET TABLESPACE fast"),
        new("set-fillfactor", Table, "ALTER TABLE t SET (fillfactor = 80)") { Covers = "AT_SetRelOptions" },
        new("set-autovacuum", Table, "ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.1, toast_tuple_target = 4000)") { Covers = "AT_SetRelOptions" },
        new("set-parallel-workers", Table, "ALTER TABLE t SET (parallel_workers = 2)") { Covers = "AT_SetRelOptions" },
        new("set-vacuum-truncate", Table, "ALTER TABLE t SET (vacuum_truncate = off)") { Covers = "AT_SetRelOptions" },
        new("set-toast-autovacuum", Table, "ALTER TABLE t SET (toast.autovacuum_enabled = off)") { Covers = "AT_SetRelOptions" },
        new("set-user-catalog-table", Table, "ALTER TABLE t SET (user_catalog_table = true)") { Covers = "AT_SetRelOptions" },
        new("reset-fillfactor", Table, "ALTER TABLE t RESET (fillfactor)") { Covers = "AT_ResetRelOptions" },
        new("reset-user-catalog-table", Table, "ALTER TABLE t RESET (user_catalog_table)") { Covers = "AT_ResetRelOptions" },
        new("enable-trigger", Triggered, "ALTER TABLE t ENABLE TRIGGER t_note") { Covers = "AT_EnableTrig" },
        new("enable-always-trigger", Triggered, "ALTER TABLE t ENABLE ALWAYS TRIGGER t_note") { Covers = "AT_EnableAlwaysTrig" },
        new("enable-replica-trigger", Triggered, "ALTER TABLE t ENABLE REPLICA TRIGGER t_note") { Covers = "AT_EnableReplicaTrig" },
        new("disable-trigger", Triggered, "ALTER TABLE t DISABLE TRIGGER t_note") { Covers = "AT_DisableTrig" },
        new("enable-trigger-all", Triggered, "ALTER TABLE t ENABLE TRIGGER ALL") { Covers = "AT_EnableTrigAll" },
        new("disable-trigger-all", ForeignKey, "ALTER TABLE t DISABLE TRIGGER ALL") { Covers = "AT_DisableTrigAll" },
        new("enable-trigger-user", Triggered, "ALTER TABLE t ENABLE TRIGGER USER") { Covers = "AT_EnableTrigUser" },
        new("disable-trigger-user", Triggered, "ALTER TABLE t DISABLE TRIGGER USER") { Covers = "AT_DisableTrigUser" },
        new("disable-trigger-partitioned", Partitioned + "\nCREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\nCREATE TRIGGER note AFTER INSERT ON parent FOR EACH ROW EXECUTE FUNCTION note();", "ALTER TABLE parent DISABLE TRIGGER note") { Covers = "AT_DisableTrig" },
        new("enable-rule", Triggered, "ALTER TABLE t ENABLE RULE t_rule") { Covers = "AT_EnableRule" },
        new("enable-always-rule", Triggered, "ALTER TABLE t ENABLE ALWAYS RULE t_rule") { Covers = "AT_EnableAlwaysRule" },
        new("enable-replica-rule", Triggered, "ALTER TABLE t ENABLE REPLICA RULE t_rule") { Covers = "AT_EnableReplicaRule" },
        new("disable-rule", Triggered, "ALTER TABLE t DISABLE RULE t_rule") { Covers = "AT_DisableRule" },
        new("enable-row-security", Table, "ALTER TABLE t ENABLE ROW LEVEL SECURITY") { Covers = "AT_EnableRowSecurity" },
        new("disable-row-security", Table, "ALTER TABLE t DISABLE ROW LEVEL SECURITY") { Covers = "AT_DisableRowSecurity" },
        new("force-row-security", Table, "ALTER TABLE t FORCE ROW LEVEL SECURITY") { Covers = "AT_ForceRowSecurity" },
        new("no-force-row-security", Table, "ALTER TABLE t NO FORCE ROW LEVEL SECURITY") { Covers = "AT_NoForceRowSecurity" },
        new("inherit", Like, "ALTER TABLE t INHERIT ancestor") { Covers = "AT_AddInherit" },
        new("no-inherit", Inherited, "ALTER TABLE child NO INHERIT ancestor") { Covers = "AT_DropInherit" },
        new("of-type", OfType, "ALTER TABLE t OF pair") { Covers = "AT_AddOf" },
        new("not-of", OfType + "\nALTER TABLE t OF pair;", "ALTER TABLE t NOT OF") { Covers = "AT_DropOf" },
        new("replica-identity-full", Table, "ALTER TABLE t REPLICA IDENTITY FULL") { Covers = "AT_ReplicaIdentity" },
        new("replica-identity-index", Other, "ALTER TABLE other REPLICA IDENTITY USING INDEX other_pkey") { Covers = "AT_ReplicaIdentity" },
        new("foreign-table-options", Foreign, "ALTER FOREIGN TABLE remote_t OPTIONS (ADD x 'y')") { Covers = "AT_GenericOptions" },
        new("foreign-table-column-options", Foreign, "ALTER FOREIGN TABLE remote_t ALTER COLUMN a OPTIONS (ADD x 'y')") { Covers = "AT_AlterColumnGenericOptions" },
        new("foreign-table-add-column", Foreign, "ALTER FOREIGN TABLE remote_t ADD COLUMN c int"),
        new("foreign-table-type", Foreign, "ALTER FOREIGN TABLE remote_t ALTER COLUMN a TYPE bigint"),
        new("rename-table", Table, "ALTER TABLE t RENAME TO renamed"),
        new("rename-table-partitioned", Partitioned, "ALTER TABLE parent RENAME TO renamed"),
        new("set-schema", Indexed, "ALTER TABLE t SET SCHEMA elsewhere"),
        new("set-schema-with-sequence", "CREATE TABLE t (id serial);\nINSERT INTO t SELECT i FROM generate_series(1, 200) i;", "ALTER TABLE t SET SCHEMA elsewhere"),
        new("alter-table-if-exists-missing", Table, "ALTER TABLE IF EXISTS missing ADD COLUMN c int"),
    ];
}
