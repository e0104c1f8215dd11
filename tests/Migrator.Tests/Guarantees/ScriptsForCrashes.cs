using System.Globalization;
using System.Text;
using Migrator.Tests.Support;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Forty scripts of every kind. If a statement runs twice by mistake, the result shows it: the statement adds a row to <c>runs</c>,
/// which has no key, or increments a number.
/// </summary>
internal static class ScriptsForCrashes
{
    private const int Versions = 36;

    /// <summary>The number of scripts.</summary>
    public const int Count = Versions + 4;

    public static ScriptFolder Write()
    {
        var scripts = new ScriptFolder { ["V1__runs.sql"] = "CREATE TABLE runs (script text);\nINSERT INTO runs VALUES ('V1');" };
        for (var version = 2; version <= Versions; version++)
        {
            var table = string.Create(CultureInfo.InvariantCulture, $"t{version - (version % 6)}");
            scripts[string.Create(CultureInfo.InvariantCulture, $"V{version}__script.sql")] = (version % 6) switch
            {
                0 => Table(version, table),
                1 => Indexes(version, table),
                2 => Block(version, table),
                3 => Session(version, table),
                4 => CopyAndDrop(version, table),
                _ => Partitions(version, table),
            };
        }

        foreach (var name in new[] { "a", "b", "c" })
        {
            scripts[$"R__{name}.sql"] = $"CREATE VIEW {name} AS SELECT count(*) FROM runs;\n{Run($"R{name}")}";
        }

        scripts["R__d.sql"] = $"-- evolve-tx-off\nCREATE MATERIALIZED VIEW d AS SELECT script FROM runs WHERE script < 'V2';\nCREATE UNIQUE INDEX d_key ON d (script);\n{Run("Rd")}REFRESH MATERIALIZED VIEW CONCURRENTLY d;\n";
        return scripts;
    }

    /// <summary>A script in one transaction, with DDL, data and a function.</summary>
    private static string Table(int version, string table) => $$"""
        CREATE TABLE {{table}} (id int PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
        INSERT INTO {{table}} SELECT i, 'name ' || i FROM generate_series(1, 20) AS i;
        ALTER TABLE {{table}} ADD COLUMN extra text, ADD CONSTRAINT {{table}}_n CHECK (n >= 0);
        CREATE FUNCTION {{table}}_count() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM {{table}}); END; $$;
        UPDATE {{table}} SET n = n + 1;
        {{Run(Name(version))}}
        """;

    private static string Indexes(int version, string table) => BeforeFirstTable(version) ?? $"""
        -- evolve-tx-off
        CREATE INDEX CONCURRENTLY {table}_name ON {table} (name);
        {Run(Name(version))}
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {table}_key ON {table} (id, name);
        UPDATE {table} SET n = n + 1;
        CREATE INDEX CONCURRENTLY {table}_n ON {table} (n);
        """;

    private static string Block(int version, string table) => BeforeFirstTable(version) ?? $"""
        -- evolve-tx-off
        SET work_mem = '8MB';
        BEGIN;
        {Run(Name(version))}
        UPDATE {table} SET n = n + 1;
        COMMIT;
        VACUUM {table};
        UPDATE {table} SET n = n + 1 WHERE id = 1;
        BEGIN;
        UPDATE {table} SET n = n + 100;
        ROLLBACK;
        """;

    private static string Session(int version, string table) => BeforeFirstTable(version) ?? $"""
        -- evolve-tx-off
        CREATE SCHEMA s_{table};
        SET search_path = s_{table};
        CREATE TABLE inner_{table} (x int);
        INSERT INTO inner_{table} VALUES (1);
        CREATE INDEX CONCURRENTLY inner_{table}_x ON inner_{table} (x);
        INSERT INTO public.runs VALUES ('{Name(version)}');
        """;

    private static string CopyAndDrop(int version, string table) => BeforeFirstTable(version) ?? $"""
        -- evolve-tx-off
        COPY {table} (id, name) FROM stdin;
        101	one
        102	two
        \.
        DROP INDEX CONCURRENTLY IF EXISTS {table}_n;
        {Run(Name(version))}
        REINDEX INDEX CONCURRENTLY {table}_name;
        """;

    private static string Partitions(int version, string table) => BeforeFirstTable(version) ?? $"""
        -- evolve-tx-off
        CREATE TABLE p_{table} (x int) PARTITION BY RANGE (x);
        CREATE TABLE p_{table}_1 PARTITION OF p_{table} FOR VALUES FROM (1) TO (10);
        INSERT INTO p_{table} VALUES (1), (2);
        ALTER TABLE p_{table} DETACH PARTITION p_{table}_1 CONCURRENTLY;
        {Run(Name(version))}
        """;

    // The script of a version before the first table; null for later versions.
    private static string? BeforeFirstTable(int version)
        => version >= 6 ? null : new StringBuilder("CREATE TABLE ").Append(Name(version)).Append(" (x int);\n").Append(Run(Name(version))).ToString();

    private static string Name(int version) => string.Create(CultureInfo.InvariantCulture, $"V{version}");

    private static string Run(string script) => $"INSERT INTO runs VALUES ('{script}');\n";
}
