using System.Text;

namespace Migrator.Tests.Guarantees;

/// <summary>Invalid script names and scripts. Other tests cover invalid command lines.</summary>
internal static class HostileCases
{
    private const string Off = "-- evolve-tx-off\n";
    private const string OneTransaction = "each script runs in one transaction with its history row";
    private const string SeparateScript = "Move it to a separate script whose first line is '-- evolve-tx-off'.";
    private const string AroundIt = "Write BEGIN before and COMMIT after the statements of one transaction, or write neither.";

    public static IReadOnlyList<HostileCase> All { get; } =
    [
        HostileCase.Name("V2.sql"),
        HostileCase.Name("V2__.sql"),
        HostileCase.Name("V2_____.sql"),
        HostileCase.Name("V__x.sql"),
        HostileCase.Name("V2a__x.sql"),
        HostileCase.Name("V-2__x.sql"),
        HostileCase.Name("V2..3__x.sql"),
        HostileCase.Name("V.2__x.sql"),
        HostileCase.Name("V2,5__x.sql"),
        HostileCase.Name("V２__x.sql"),
        HostileCase.Name("V0__x.sql"),
        HostileCase.Name("V9223372036854775808__x.sql"),
        HostileCase.Name("V1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1__x.sql"),
        HostileCase.Name("X2__x.sql"),
        HostileCase.Name(" V2__x.sql"),
        HostileCase.Name("V 2__x.sql"),
        HostileCase.Name("R_x.sql"),
        HostileCase.Name("R__ .sql"),
        HostileCase.Name("U__x.sql"),
        HostileCase.Name("below/deeper/create orders.sql"),
        HostileCase.Name("v00.1__x.sql", "Give each script its own version or name (leading zeros in versions are ignored), or remove one of them."),
        HostileCase.Name("below/V0_1__x.sql", "Give each script its own version or name (leading zeros in versions are ignored), or remove one of them."),

        HostileCase.Text("SELECT 1;\n\n  \\d t\n", "3:3", "\\d is a psql command, not SQL; remove it."),
        HostileCase.Text("\\connect other\nSELECT 1;", "1:1", "remove it: a migration runs in the database that is being migrated."),
        HostileCase.Text("\\copy t FROM 'x'\n", "1:1", "use COPY … FROM STDIN; with the data on the next lines"),
        HostileCase.Text("SELECT 'DROP TABLE t' \\gexec\n", "1:23", "run the generated statements with EXECUTE in a DO block."),
        HostileCase.Text("SELECT 1;\n\\set v 1\n", "2:1", "use a placeholder, ${name}"),
        HostileCase.Text("SELECT 1;\r\n\\if true\r\n", "2:1", "use IF in a DO block."),
        HostileCase.Text("\\! rm -rf /\n", "1:1", "remove it: a migration cannot run programs."),
        HostileCase.Text("\\restrict abc\nSELECT 1;", "1:1", "remove both lines"),
        HostileCase.Text("SELECT 1;\n\\.\n", "2:1", "remove it, or check the COPY above it."),
        HostileCase.Text("SELECT 1 \\ 2;", "1:10", "remove it, or put it in quotes."),
        HostileCase.Text("SELECT 'é😀', \"never closed;", "1:14", "add \", or write \"\" for a quotation mark in it."),
        HostileCase.Text("SELECT 1;\nSELECT E'\\';", "2:8", "This string is never closed; add '"),
        HostileCase.Text("SELECT 1; /* a /* nested */ comment;", "1:11", "add one */ for each /* in it, because comments nest."),
        HostileCase.Text("DO $body$ BEGIN NULL; END $Body$;", "1:4", "end it with $body$, in the same case."),
        HostileCase.Text("CREATE TABLE t (x numeric(10,2);", "1:16", "add )."),
        HostileCase.Text("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", "1:33", "add END, one for each BEGIN and CASE."),
        HostileCase.Text("COPY t FROM stdin; SELECT 1\n1\n\\.\n", "1:20", "move the statement below the data."),
        HostileCase.Text("SELECT 1;\nSELECT 'a\0b';", "2:10", "remove it, or save the file as UTF-8"),
        HostileCase.Text("PGDMP\u0001\u000e\u0000", "1:1", "write it as SQL with pg_restore --file=script.sql."),
        new("Latin-1", "V1__x.sql", Encoding.Latin1.GetBytes("SELECT 1;\nSELECT 'né';"), 2, "2:10", "Save the script as UTF-8."),
        new("UTF-16 without a mark", "V1__x.sql", Encoding.Unicode.GetBytes("SELECT 1;"), 2, "1:2", "save the file as UTF-8 if it is in UTF-16."),
        HostileCase.Text("/* first */ start transaction;\nSELECT 1;\nEND;", "1:13", OneTransaction),
        HostileCase.Text("SELECT 1;\nABORT;", "2:1", OneTransaction),
        HostileCase.Text("SELECT 1;\n  PREPARE TRANSACTION 'x';", "2:3", OneTransaction),
        HostileCase.Text("SELECT 1;\nROLLBACK PREPARED 'x';", "2:1", OneTransaction),
        HostileCase.Text("CREATE DATABASE other;", "1:1", SeparateScript),
        HostileCase.Text("SELECT 1;DROP INDEX CONCURRENTLY i;", "1:10", SeparateScript),
        HostileCase.Text("REINDEX (VERBOSE, CONCURRENTLY) TABLE t;", "1:1", SeparateScript),
        HostileCase.Text("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;", "1:1", SeparateScript),
        HostileCase.Text("ALTER SYSTEM SET work_mem = '1MB';", "1:1", SeparateScript),
        HostileCase.Text("SELECT 1;\nDISCARD ALL;", "2:1", "Remove it. migrate resets the session after each script."),
        HostileCase.Text("SELECT pg_catalog.\"pg_advisory_unlock_all\"();", "1:1", "Remove it. migrate resets the session after each script."),
        HostileCase.Text("SELECT 1;\r\nSELECT 'é', ${nope};", "2:13", "Set a value with --placeholder nope=…"),
        HostileCase.Text("SELECT 1;\nCOPY (SELECT 1) TO STDOUT;", "2:1", "Use COPY … FROM STDIN with text or CSV data, or a table."),
        HostileCase.Text("COPY t FROM stdin (FORMAT binary);\nxx\n\\.\n", "1:1", "Use COPY … FROM STDIN with text or CSV data, or a table."),
        HostileCase.Text($"{Off}CREATE UNIQUE INDEX CONCURRENTLY ON t (x);", "2:1", "Give the index a name."),
        HostileCase.Text($"{Off}SELECT 1;\nBEGIN;\nSELECT 1;", "3:1", AroundIt),
        HostileCase.Text($"{Off}SELECT 1;\nCOMMIT;", "3:1", AroundIt),
        HostileCase.Text($"{Off}BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;", "4:1", AroundIt),
        HostileCase.Text($"{Off}PREPARE TRANSACTION 'x';", "2:1", AroundIt),

        HostileCase.Sql("SELECT 1;\nSELEC 2;", "2:1"),
        HostileCase.Sql("CREATE TABLE t (x int);\n\n  CREATE TABLE t (x int);", "3:3"),
        HostileCase.Sql("INSERT INTO nowhere VALUES (1);", "1:13"),
        HostileCase.Sql("SELECT $1;", "1:1"),
        HostileCase.Sql("CREATE TABLE t (x int);\nCOPY t FROM stdin;\n1\nx\n\\.\n", "2:1"),
        HostileCase.Sql("SELECT 1;\nDO $$ BEGIN COMMIT; END $$;", "2:1", "Move the statement to a script whose first line is '-- evolve-tx-off'."),
        HostileCase.Sql("SELECT 1;\nSET ROLE missing_role;", "2:1"),
        HostileCase.Sql($"SELECT {new string('(', 20_000)}1{new string(')', 20_000)};", "1:"),
        HostileCase.Sql("SELECT repeat('x', 2000000000) || repeat('x', 2000000000);", "1:1"),
        HostileCase.Sql("DROP TABLE changelog;", null),
        HostileCase.Sql("SET TRANSACTION READ ONLY;", null),
        HostileCase.Sql($"{Off}SELECT 1;\nBEGIN;\nVACUUM;\nCOMMIT;", "4:1", "Move it out of BEGIN … COMMIT"),
        HostileCase.Sql("DROP TABLE changelog CASCADE;\nCREATE TABLE changelog (x int);", null),
        HostileCase.Sql($"{Off}SELECT 1;\nDROP TABLE changelog_progress;", "3:1", "Fix the script or the data, then run again."),
    ];
}
