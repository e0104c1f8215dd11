namespace Migrator.Tests.Sql;

/// <summary>A script that cannot be split, and the expected problem.</summary>
/// <param name="Script">The script.</param>
/// <param name="Position">The line and column of the problem.</param>
/// <param name="Found">The text at the position.</param>
/// <param name="Advice">A part of the message that describes the problem or the fix.</param>
/// <param name="CanBeRunByPsql">Whether psql can run the script for comparison: false if the script has effects
/// outside the session.</param>
public sealed record ProblemCase(string Script, string Position, string Found, string Advice, bool CanBeRunByPsql = true);

/// <summary>Scripts that cannot be split.</summary>
internal static class ProblemCases
{
    public static readonly ProblemCase[] Unclosed =
    [
        new("SELECT 'abc;\nSELECT 2;", "1:8", "'", "This string is never closed"),
        new("SELECT 1;\n  SELECT E'abc\\';", "2:10", "E'", "This string is never closed"),
        new("SELECT U&'abc;", "1:8", "U&'", "This string is never closed"),
        new("SELECT b'1;", "1:8", "b'", "This string is never closed"),
        new("SELECT E'abc\\", "1:8", "E'", "This string is never closed"),
        new("SELECT 'it's';\nSELECT 'y';", "2:10", "'", "write '' for an apostrophe"),
        new("SELECT 1;\nSELECT \"abc;", "2:8", "\"", "This quoted identifier is never closed"),
        new("SELECT u&\"abc;", "1:8", "u&\"", "This quoted identifier is never closed"),
        new("DO $body$ BEGIN; $BODY$;\nSELECT 1;", "1:4", "$body$", "end it with $body$"),
        new("DO $$ BEGIN;", "1:4", "$$", "end it with $$"),
        new("DO $a$$b$", "1:4", "$a$", "end it with $a$"),
        new("SELECT 1; /* a /* b */ ;", "1:11", "/*", "This comment is never closed"),
        new("/*/", "1:1", "/*", "This comment is never closed"),
        new("SELECT 1;\nCREATE TABLE t (a int, b numeric(10,2);\nSELECT 2;", "2:16", "(", "This parenthesis is never closed"),
        new("SELECT ((1);", "1:8", "(", "This parenthesis is never closed"),
        new("SELECT (1);\r\nSELECT (2;\r\nSELECT 3;", "2:8", "(", "This parenthesis is never closed"),
        new("CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT CASE 1; END; SELECT 2;", "2:1", "BEGIN", "add END"),
        new("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (1; END;", "1:53", "(", "This parenthesis is never closed"),
        new("\U0001F418 'abc", "1:3", "'", "This string is never closed"),
    ];

    public static readonly ProblemCase[] PsqlCommands =
    [
        new("SELECT 1;\n\\d t\nSELECT 2;", "2:1", "\\d", "not SQL; remove it"),
        new("\\connect other", "1:1", "\\connect", "in the database that is being migrated", false),
        new("\\c other", "1:1", "\\c", "in the database that is being migrated", false),
        new("\\i other.sql", "1:1", "\\i", "make that file a separate migration", false),
        new("\\ir other.sql", "1:1", "\\ir", "make that file a separate migration", false),
        new("\\set ON_ERROR_STOP on\nSELECT 1;", "1:1", "\\set", "use a placeholder", false),
        new("SELECT 'CREATE TABLE t()' \\gexec", "1:27", "\\gexec", "EXECUTE in a DO block"),
        new("SELECT 1 AS a \\gset", "1:15", "\\gset", "use a placeholder"),
        new("SELECT 1 \\g", "1:10", "\\g", "end the statement with a semicolon"),
        new("SELECT 1\\;SELECT 2;", "1:9", "\\;", "remove the backslash"),
        new("  \\restrict abc\nSELECT 1;", "1:3", "\\restrict", "newer pg_dump versions write", false),
        new("SELECT 1;\n\\unrestrict abc\n", "2:1", "\\unrestrict", "newer pg_dump versions write", false),
        new("SELECT 1;\n\\.\n", "2:1", "\\.", "ends the data of COPY"),
        new("\\copy t from stdin\n1\tit's\n\\.\nSELECT 1;", "1:1", "\\copy", "use COPY … FROM STDIN"),
        new("\\copy t from 't.csv'\nSELECT 1;", "1:1", "\\copy", "use COPY … FROM STDIN", false),
        new("\\if :x\nSELECT 1;", "1:1", "\\if", "IF in a DO block", false),
        new("\\echo it's done\nSELECT 1;", "1:1", "\\echo", "RAISE NOTICE"),
        new("\\encoding LATIN1", "1:1", "\\encoding", "save the file as UTF-8"),
        new("\\! rm -rf it's", "1:1", "\\!", "cannot run programs", false),
        new("\\q", "1:1", "\\q", "the statements after it"),
        new("\\dt+ public.*", "1:1", "\\dt+", "not SQL; remove it"),
        new("\\lo_import 'x'", "1:1", "\\lo_import", "not SQL; remove it", false),
        new("\\timing off", "1:1", "\\timing", "not SQL; remove it"),
        new("SELECT \\ 1", "1:8", "\\", "A backslash outside quotes"),
        new("\\", "1:1", "\\", "A backslash outside quotes"),
        new("SELECT (1 \\gset\nSELECT (2);", "1:11", "\\gset", "use a placeholder"),
        new("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC \\x\nEND;", "1:46", "\\x", "not SQL; remove it"),
        new("COPY t FROM STDIN; \\x\n1\n\\.\nSELECT 1;", "1:20", "\\x", "not SQL; remove it"),
    ];

    public static readonly ProblemCase[] Others =
    [
        new("COPY t FROM STDIN; SELECT\n1\n\\.\n+ 1;", "1:20", "SELECT", "must end on its line"),
        new("COPY t FROM STDIN; /* a\n1\n\\.\n*/ SELECT 1;", "1:20", "/", "must end on its line"),
        new("COPY t FROM STDIN; SELECT 'a\n1\n\\.\n';", "1:27", "'", "must end on its line"),
        new("COPY t FROM STDIN; SELECT (1;\n1\n\\.\n);", "1:27", "(", "must end on its line"),
        new("COPY t FROM STDIN; CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\n1\n\\.\nEND;", "1:40", "BEGIN", "must end on its line"),
        new("SELECT 'a\0b';", "1:10", "NUL", "remove it", false),
        new("S\0E\0L\0", "1:2", "NUL", "if it is in UTF-16", false),
        new("COPY t FROM STDIN;\na\0\n\\.\n", "2:2", "NUL", "remove it", false),
        new("SELECT 1;\n\uFEFFSELECT 2;", "2:1", "U+FEFF (byte order mark)", "remove it", false),
        new("CREATE TABLE a (id\u00A0 int, n\u00A0 int);", "1:19", "U+00A0 (no-break space)", "The invisible character U+00A0 (no-break space)"),
        new("SELECT a\u200B,\n b\u200B;", "1:9", "U+200B (zero width space)", "in double quotes"),
        new("SELECT é, 1\u202F, 2;", "1:12", "U+202F (narrow no-break space)", "write a space"),
        new("\U0001F418 + \u3000;", "1:5", "U+3000 (ideographic space)", "write a space"),
        new("SELECT :a\u2066;", "1:10", "U+2066 (text direction mark)", "remove it"),
        new("SELECT a\U000E0020;", "1:9", "U+E0020", "remove it"),
        new("SELECT \u3164;", "1:8", "U+3164", "remove it"),
        new("SELECT \u001B;", "1:8", "U+001B (control character)", "remove it"),
        new("PGDMP\u0001\u000E\0'", "1:1", "PGDMP", "pg_restore --file", false),
    ];

    public static ProblemCase[] All => [.. Unclosed, .. PsqlCommands, .. Others];
}
