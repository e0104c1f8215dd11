using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about adding, validating, changing and dropping constraints.</summary>
internal static class ConstraintCases
{
    private const string NotValidCheck = Table + "\nALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;";
    private const string NotValidForeignKey = Two + "\nALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id) NOT VALID;";
    private const string UniqueIndex = Table + "\nCREATE UNIQUE INDEX t_u ON t (id);\nCREATE UNIQUE INDEX t_ua ON t (a);";
    private const string Check = Table + "\nALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0);";
    private const string NotEnforced = Two + "\nALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id) NOT ENFORCED;";
    private const string NotNull = Inherited + "\nALTER TABLE ancestor ADD CONSTRAINT a_present NOT NULL a NO INHERIT;";
    private const string PartitionedAndOther = Other + "\n" + """
        CREATE TABLE parent (id int NOT NULL, a int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (1000);
        INSERT INTO parent SELECT i, i FROM generate_series(1, 200) i;
        """;

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("add-check", Table, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)") { Covers = "AT_AddConstraint" },
        new("add-check-not-valid", Table, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID") { Covers = "AT_AddConstraint" },
        new("add-check-not-enforced", Table, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT ENFORCED") { From = 18, Covers = "AT_AddConstraint" },
        new("add-check-no-inherit", Table, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NO INHERIT"),
        new("add-check-partitioned", Partitioned, "ALTER TABLE parent ADD CONSTRAINT ck CHECK (a > 0)"),
        new("add-check-partitioned-not-valid", Partitioned, "ALTER TABLE parent ADD CONSTRAINT ck CHECK (a > 0) NOT VALID"),
        new("add-not-null", Table, "ALTER TABLE t ADD CONSTRAINT a_present NOT NULL a") { From = 18, Covers = "AT_AddConstraint" },
        new("add-not-null-not-valid", Table, "ALTER TABLE t ADD CONSTRAINT a_present NOT NULL a NOT VALID") { From = 18, Covers = "AT_AddConstraint" },
        new("add-not-null-proven", Table + "\nALTER TABLE t ADD CONSTRAINT proof CHECK (a IS NOT NULL);", "ALTER TABLE t ADD CONSTRAINT a_present NOT NULL a") { From = 18 },
        new("add-foreign-key", Two, "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id)") { Covers = "AT_AddConstraint" },
        new("add-foreign-key-not-valid", Two, "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id) NOT VALID") { Covers = "AT_AddConstraint" },
        new("add-foreign-key-not-enforced", Two, "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id) NOT ENFORCED") { From = 18, Covers = "AT_AddConstraint" },
        new("add-foreign-key-and-add-column", Two, "ALTER TABLE t ADD COLUMN c int, ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id)") { Covers = "AT_AddColumn AT_AddConstraint" },
        new("add-foreign-key-to-itself", Other, "ALTER TABLE other ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id)"),
        new("add-foreign-key-partitioned", PartitionedAndOther, "ALTER TABLE parent ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id)"),
        new("add-foreign-key-partitioned-not-valid", PartitionedAndOther, "ALTER TABLE parent ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id) NOT VALID"),
        new("add-foreign-key-to-partitioned", Partitioned + "\nALTER TABLE parent ADD PRIMARY KEY (id);\nCREATE TABLE t (a int);\nINSERT INTO t SELECT i FROM generate_series(950, 1050) i;", "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES parent (id)"),
        new("add-unique", Table, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (id)") { Covers = "AT_AddIndex AT_AddConstraint" },
        new("add-unique-nulls-not-distinct", Table, "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)") { From = 15 },
        new("add-unique-partitioned", Partitioned, "ALTER TABLE parent ADD CONSTRAINT u UNIQUE (id)"),
        new("add-unique-only-parent", Partitioned, "ALTER TABLE ONLY parent ADD CONSTRAINT u UNIQUE (id)"),
        new("add-unique-without-overlaps", "CREATE TABLE t (id int4range, at tsrange);\nINSERT INTO t SELECT int4range(i, i + 1), tsrange('2025-01-01', '2025-01-02') FROM generate_series(1, 200) i;", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, at WITHOUT OVERLAPS)") { From = 18 },
        new("add-primary-key", Table, "ALTER TABLE t ADD PRIMARY KEY (id)") { Covers = "AT_AddIndex" },
        new("add-primary-key-nullable", Table, "ALTER TABLE t ADD PRIMARY KEY (a)") { Covers = "AT_AddIndex AT_SetNotNull" },
        new("add-unique-using-index", UniqueIndex, "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_u") { Covers = "AT_AddIndexConstraint" },
        new("add-primary-key-using-index", UniqueIndex, "ALTER TABLE t ADD CONSTRAINT u PRIMARY KEY USING INDEX t_u") { Covers = "AT_AddIndexConstraint" },
        new("add-primary-key-using-index-nullable", UniqueIndex, "ALTER TABLE t ADD CONSTRAINT u PRIMARY KEY USING INDEX t_ua") { Covers = "AT_AddIndexConstraint AT_SetNotNull" },
        new("add-primary-key-using-index-proven", UniqueIndex + "\nALTER TABLE t ADD CONSTRAINT proof CHECK (a IS NOT NULL);", "ALTER TABLE t ADD CONSTRAINT u PRIMARY KEY USING INDEX t_ua"),
        new("add-exclude", Table, "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (id WITH =)") { Covers = "AT_AddConstraint AT_AddIndex" },
        new("validate-check", NotValidCheck, "ALTER TABLE t VALIDATE CONSTRAINT ck") { Covers = "AT_ValidateConstraint" },
        new("validate-check-already-valid", Check, "ALTER TABLE t VALIDATE CONSTRAINT ck") { Covers = "AT_ValidateConstraint" },
        new("validate-check-partitioned", Partitioned + "\nALTER TABLE parent ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;", "ALTER TABLE parent VALIDATE CONSTRAINT ck"),
        new("validate-foreign-key", NotValidForeignKey, "ALTER TABLE t VALIDATE CONSTRAINT t_fk") { Covers = "AT_ValidateConstraint" },
        new("validate-not-null", Table + "\nALTER TABLE t ADD CONSTRAINT a_present NOT NULL a NOT VALID;", "ALTER TABLE t VALIDATE CONSTRAINT a_present") { From = 18, Covers = "AT_ValidateConstraint" },
        new("validate-check-and-add-column", NotValidCheck, "ALTER TABLE t VALIDATE CONSTRAINT ck, ADD COLUMN c int") { Covers = "AT_ValidateConstraint" },
        new("add-and-validate-check", Table, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT ck") { Covers = "AT_ValidateConstraint" },
        new("set-not-null-and-drop-proof", Table + "\nALTER TABLE t ADD CONSTRAINT proof CHECK (a IS NOT NULL);", "ALTER TABLE t ALTER COLUMN a SET NOT NULL, DROP CONSTRAINT proof") { Covers = "AT_SetNotNull" },
        new("alter-constraint-deferrable", ForeignKey, "ALTER TABLE t ALTER CONSTRAINT t_fk DEFERRABLE INITIALLY DEFERRED") { Covers = "AT_AlterConstraint" },
        new("alter-constraint-enforced", NotEnforced, "ALTER TABLE t ALTER CONSTRAINT t_fk ENFORCED") { From = 18, Covers = "AT_AlterConstraint" },
        new("alter-constraint-not-enforced", ForeignKey, "ALTER TABLE t ALTER CONSTRAINT t_fk NOT ENFORCED") { From = 18, Covers = "AT_AlterConstraint" },
        new("alter-constraint-inherit", NotNull, "ALTER TABLE ancestor ALTER CONSTRAINT a_present INHERIT") { From = 18, Covers = "AT_AlterConstraint" },
        new("alter-constraint-no-inherit", Inherited + "\nALTER TABLE ancestor ADD CONSTRAINT a_present NOT NULL a;", "ALTER TABLE ancestor ALTER CONSTRAINT a_present NO INHERIT") { From = 18, Covers = "AT_AlterConstraint" },
        new("drop-check", Check, "ALTER TABLE t DROP CONSTRAINT ck") { Covers = "AT_DropConstraint" },
        new("drop-constraint-if-exists-missing", Table, "ALTER TABLE t DROP CONSTRAINT IF EXISTS missing"),
        new("drop-foreign-key", ForeignKey, "ALTER TABLE t DROP CONSTRAINT t_fk") { Covers = "AT_DropConstraint" },
        new("drop-primary-key", Other, "ALTER TABLE other DROP CONSTRAINT other_pkey") { Covers = "AT_DropConstraint" },
        new("drop-primary-key-cascade", ForeignKey, "ALTER TABLE other DROP CONSTRAINT other_pkey CASCADE") { Covers = "AT_DropConstraint" },
        new("rename-constraint-check", Check, "ALTER TABLE t RENAME CONSTRAINT ck TO renamed"),
        new("rename-constraint-primary-key", Other, "ALTER TABLE other RENAME CONSTRAINT other_pkey TO renamed"),
        new("rename-constraint-foreign-key", ForeignKey, "ALTER TABLE t RENAME CONSTRAINT t_fk TO renamed"),
    ];
}
