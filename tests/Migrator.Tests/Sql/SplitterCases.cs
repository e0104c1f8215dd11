namespace Migrator.Tests.Sql;

/// <summary>
/// Scripts and their statements, separated by <c>‖</c>. The cases are also compared with psql. Cases that PostgreSQL 15
/// and 18 read differently, or psql and the server, are only in <see cref="Newer"/>.
/// </summary>
internal static class SplitterCases
{
    public static readonly (string Script, string Statements)[] Plain =
    [
        ("", ""),
        (" \n-- nothing\n/* at all */ ;;", ""),
        (";", ""),
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1;", "SELECT 1"),
        ("  SELECT 1 ;\n\n", "SELECT 1"),
        ("SELECT 1;SELECT 2", "SELECT 1‖SELECT 2"),
        ("SELECT 1;;;SELECT 2;", "SELECT 1‖SELECT 2"),
        ("\uFEFFSELECT 1;", "SELECT 1"),
        ("SELECT\r\n1;\r\nSELECT 2;\r\n", "SELECT\r\n1‖SELECT 2"),
        ("SELECT\n\n\n1;", "SELECT\n\n\n1"),
        (";SELECT 1", "SELECT 1"),
        ("SELECT '\U0001F418;'; SELECT 2", "SELECT '\U0001F418;'‖SELECT 2"),
    ];

    public static readonly (string Script, string Statements)[] Comments =
    [
        ("-- first\nSELECT 1 -- one\n; -- last", "SELECT 1"),
        ("SELECT 1 -- ; '\n+ 2;", "SELECT 1 -- ; '\n+ 2"),
        ("SELECT 1 -- ; '\r+ 2;SELECT 3", "SELECT 1 -- ; '\r+ 2‖SELECT 3"),
        ("SELECT 1 -- ; '\r\n+ 2;SELECT 3", "SELECT 1 -- ; '\r\n+ 2‖SELECT 3"),
        ("SELECT 1--;\n;SELECT 2--;", "SELECT 1‖SELECT 2"),
        ("/* a /* ; */ ; */ SELECT 1;", "SELECT 1"),
        ("/*/ ; */ SELECT 1;", "SELECT 1"),
        ("/**/SELECT 1;/***/SELECT 2;/****/", "SELECT 1‖SELECT 2"),
        ("/* //* ; */ ; **/ SELECT 1;", "SELECT 1"),
        ("/* -- */ SELECT 1; -- /*\nSELECT 2;", "SELECT 1‖SELECT 2"),
        ("/* ' \" $$ */ SELECT 1;", "SELECT 1"),
        ("SELECT/**/1;/*/**/;*/SELECT 2;", "SELECT/**/1‖SELECT 2"),
        ("SELECT 1 /* a\n; */ + 2 /* ; */;", "SELECT 1 /* a\n; */ + 2"),
        ("SELECT '/*'; SELECT '*/';", "SELECT '/*'‖SELECT '*/'"),
        ("SELECT '--'; SELECT 1;", "SELECT '--'‖SELECT 1"),
        ("SELECT 1 - -1; SELECT 2 - 1;", "SELECT 1 - -1‖SELECT 2 - 1"),
    ];

    // The start of a comment ends an operator.
    public static readonly (string Script, string Statements)[] Operators =
    [
        ("SELECT 1 +-- ;\n 2;SELECT 3;", "SELECT 1 +-- ;\n 2‖SELECT 3"),
        ("SELECT 1 +/* ; */ 2;SELECT 3;", "SELECT 1 +/* ; */ 2‖SELECT 3"),
        ("SELECT 2 */* ; */ 3;", "SELECT 2 */* ; */ 3"),
        ("SELECT 2 */*/ ; */ 3;", "SELECT 2 */*/ ; */ 3"),
        ("SELECT 2 *-- ; */\n 3;", "SELECT 2 *-- ; */\n 3"),
        ("SELECT @-1 <@-- ;\n 2;", "SELECT @-1 <@-- ;\n 2"),
        ("SELECT a->>'x;' #>> '{;}' FROM t;", "SELECT a->>'x;' #>> '{;}' FROM t"),
        ("SELECT 1::text, a[1:2], f(x => 1);", "SELECT 1::text, a[1:2], f(x => 1)"),
        ("SELECT 4 / * 2;", "SELECT 4 / * 2"),
        ("SELECT '{}'::jsonb ?| array['--;'];", "SELECT '{}'::jsonb ?| array['--;']"),
        ("SELECT 1e--;\n;", "SELECT 1e--"),
        ("SELECT 1.5E+2;SELECT .5e-1;SELECT 1..2;", "SELECT 1.5E+2‖SELECT .5e-1‖SELECT 1..2"),
        ("SELECT 1.--;\n;", "SELECT 1."),
    ];

    public static readonly (string Script, string Statements)[] Strings =
    [
        ("SELECT ';';SELECT 'it''s;';", "SELECT ';'‖SELECT 'it''s;'"),
        ("SELECT '';SELECT '''';SELECT ''';';", "SELECT ''‖SELECT ''''‖SELECT ''';'"),
        ("SELECT 'a\n\n;\nb';SELECT 2", "SELECT 'a\n\n;\nb'‖SELECT 2"),
        ("SELECT 'a'\n  ';b';", "SELECT 'a'\n  ';b'"),
        (@"SELECT '\';SELECT 2;''", @"SELECT '\'‖SELECT 2‖''"),
        (@"SELECT E'\';SELECT 2;''\\';SELECT 3;", @"SELECT E'\';SELECT 2;''\\'‖SELECT 3"),
        (@"SELECT e'\'';'\\';SELECT 3;", @"SELECT e'\''‖'\\'‖SELECT 3"),
        ("SELECT E'\\101\\x41\\u0041;\\\n';SELECT 2;", "SELECT E'\\101\\x41\\u0041;\\\n'‖SELECT 2"),
        (@"SELECT E'a''\';';SELECT 2;", @"SELECT E'a''\';'‖SELECT 2"),
        (@"SELECT nameE'\';SELECT 2;", @"SELECT nameE'\'‖SELECT 2"),
        (@"SELECT U&'\0041;\';SELECT U&""d;\0061"";", @"SELECT U&'\0041;\'‖SELECT U&""d;\0061"""),
        (@"SELECT u&'d!0061;' UESCAPE '!';", @"SELECT u&'d!0061;' UESCAPE '!'"),
        ("SELECT U & 'x;';SELECT u&v;", "SELECT U & 'x;'‖SELECT u&v"),
        ("SELECT B'0;1';SELECT X'1;F';SELECT N'a;';", "SELECT B'0;1'‖SELECT X'1;F'‖SELECT N'a;'"),
        (@"SELECT b'\', x'\', n'\', 2;", @"SELECT b'\', x'\', n'\', 2"),
        ("SELECT \"a;b\" FROM \"c\"\"d;\";SELECT \"'\";", "SELECT \"a;b\" FROM \"c\"\"d;\"‖SELECT \"'\""),
        ("SELECT \"a\n;\nb\";", "SELECT \"a\n;\nb\""),
        (@"SELECT ""a\""; SELECT 2;", @"SELECT ""a\""‖SELECT 2"),
        (@"SELECT 'C:\dir\new;'; SELECT '\d';", @"SELECT 'C:\dir\new;'‖SELECT '\d'"),
    ];

    // psql reads line by line: a quote on the next line is a new string, without the escapes of E''.
    public static readonly (string Script, string Statements)[] ContinuedStrings =
    [
        ("SELECT E'a'\n'b\\';SELECT 2;", "SELECT E'a'\n'b\\'‖SELECT 2"),
        ("SELECT E'a'\r'b\\';' -- c\r\r --;\r'\\';';SELECT 2;", "SELECT E'a'\r'b\\';' -- c\r\r --;\r'\\';'‖SELECT 2"),
        ("SELECT E'a'\r\n'b\\';SELECT 2;", "SELECT E'a'\r\n'b\\'‖SELECT 2"),
        ("SELECT E'a' 'b\\';SELECT 2;", "SELECT E'a' 'b\\'‖SELECT 2"),
    ];

    /// <summary>With standard_conforming_strings off, a backslash in a plain string is an escape character.</summary>
    public static readonly (string Script, string Statements)[] StringSettings =
    [
        ("SET standard_conforming_strings = off;\nSELECT 'it\\'s; fine';\nSELECT n'\\';', 2;",
            "SET standard_conforming_strings = off‖SELECT 'it\\'s; fine'‖SELECT n'\\';', 2"),
        ("set session Standard_Conforming_Strings to 'OFF';\nSELECT 'C:\\\\'; SELECT '\\';'\n;",
            "set session Standard_Conforming_Strings to 'OFF'‖SELECT 'C:\\\\'‖SELECT '\\';'"),
        ("SET standard_conforming_strings = 0;\nSET standard_conforming_strings = on;\nSELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings = 0‖SET standard_conforming_strings = on‖SELECT '\\'‖SELECT 2"),
        ("SET standard_conforming_strings TO f;\nSET standard_conforming_strings TO DEFAULT;\nSELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings TO f‖SET standard_conforming_strings TO DEFAULT‖SELECT '\\'‖SELECT 2"),
        ("SET standard_conforming_strings = off;\nRESET standard_conforming_strings;\nSELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings = off‖RESET standard_conforming_strings‖SELECT '\\'‖SELECT 2"),
        ("SET standard_conforming_strings = off;\nRESET ALL;\nSELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings = off‖RESET ALL‖SELECT '\\'‖SELECT 2"),
        ("SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);\nSELECT '\\';';",
            "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false)‖SELECT '\\';'"),
        ("SELECT set_config('standard_conforming_strings', 'off', true);\nSELECT '\\'; SELECT 2;",
            "SELECT set_config('standard_conforming_strings', 'off', true)‖SELECT '\\'‖SELECT 2"),
        ("SET LOCAL standard_conforming_strings = off;\nSELECT '\\'; SELECT 2;",
            "SET LOCAL standard_conforming_strings = off‖SELECT '\\'‖SELECT 2"),
        ("BEGIN;\nSET LOCAL standard_conforming_strings = off;\nSELECT '\\';';\nCOMMIT;\nSELECT '\\'; SELECT 2;",
            "BEGIN‖SET LOCAL standard_conforming_strings = off‖SELECT '\\';'‖COMMIT‖SELECT '\\'‖SELECT 2"),
        ("BEGIN;\nSET standard_conforming_strings = off;\nCOMMIT;\nSELECT '\\';';",
            "BEGIN‖SET standard_conforming_strings = off‖COMMIT‖SELECT '\\';'"),
        ("BEGIN;\nSET standard_conforming_strings = off;\nROLLBACK;\nSELECT '\\'; SELECT 2;",
            "BEGIN‖SET standard_conforming_strings = off‖ROLLBACK‖SELECT '\\'‖SELECT 2"),
        ("SET standard_conforming_strings = off;\nSELECT E'\\';', B'\\', U&'\\', \"\\\", $$\\$$;\nSELECT 2;",
            "SET standard_conforming_strings = off‖SELECT E'\\';', B'\\', U&'\\', \"\\\", $$\\$$‖SELECT 2"),
        ("SET standard_conforming_strings = offline;\nSET escape_string_warning = off;\nUPDATE t SET standard_conforming_strings = off;\nSELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings = offline‖SET escape_string_warning = off‖UPDATE t SET standard_conforming_strings = off‖SELECT '\\'‖SELECT 2"),
    ];

    public static readonly (string Script, string Statements)[] DollarQuotes =
    [
        ("SELECT $$;$$;SELECT $a$;$$;$b$;$a$;", "SELECT $$;$$‖SELECT $a$;$$;$b$;$a$"),
        ("SELECT $$$$;SELECT $a$$a$;SELECT $a$$$a$;", "SELECT $$$$‖SELECT $a$$a$‖SELECT $a$$$a$"),
        ("SELECT $a$ $A$;$a$;", "SELECT $a$ $A$;$a$"),
        ("SELECT $a$ $ab$; $aa$ a$a$;", "SELECT $a$ $ab$; $aa$ a$a$"),
        ("SELECT $a$;$junk$a$;SELECT 2;", "SELECT $a$;$junk$a$‖SELECT 2"),
        ("SELECT $é_1$;$é_1$;SELECT 2;", "SELECT $é_1$;$é_1$‖SELECT 2"),
        ("SELECT $\U0001F418$;$\U0001F418$;SELECT 2;", "SELECT $\U0001F418$;$\U0001F418$‖SELECT 2"),
        ("SELECT $1;SELECT $2 $$;$$;", "SELECT $1‖SELECT $2 $$;$$"),
        ("SELECT foo$bar$;SELECT baz$bar$;", "SELECT foo$bar$‖SELECT baz$bar$"),
        ("SELECT é$bar$;SELECT 2;", "SELECT é$bar$‖SELECT 2"),
        ("SELECT a.$b$;$b$;", "SELECT a.$b$;$b$"),
        ("SELECT $ a;SELECT $a b;SELECT $a-$;$", "SELECT $ a‖SELECT $a b‖SELECT $a-$‖$"),
        ("SELECT $1a$;SELECT 2;", "SELECT $1a$‖SELECT 2"),
        ("SELECT $a\n$;SELECT 2;", "SELECT $a\n$‖SELECT 2"),
        ("DO $do$ BEGIN EXECUTE $$;$$; END $do$;SELECT 2;", "DO $do$ BEGIN EXECUTE $$;$$; END $do$‖SELECT 2"),
        ("SELECT :a$b$;$b$;", "SELECT :a$b$;$b$"),
        ("SELECT $$a\n\n;\n'\"/*--$$;SELECT 2;", "SELECT $$a\n\n;\n'\"/*--$$‖SELECT 2"),
    ];

    public static readonly (string Script, string Statements)[] Parentheses =
    [
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);SELECT 3;",
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)‖SELECT 3"),
        ("SELECT (1;(2;)3;);SELECT 4;", "SELECT (1;(2;)3;)‖SELECT 4"),
        ("SELECT 1);SELECT (2);", "SELECT 1)‖SELECT (2)"),
        ("SELECT '(';SELECT \"(\";SELECT $$($$;SELECT 1 -- (\n;", "SELECT '('‖SELECT \"(\"‖SELECT $$($$‖SELECT 1"),
        ("SELECT [1;2];SELECT {;}", "SELECT [1‖2]‖SELECT {‖}"),
    ];

    public static readonly (string Script, string Statements)[] AtomicBodies =
    [
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END‖SELECT 3"),
        ("create or replace procedure p() begin atomic insert into t values (1); end; SELECT 3;",
            "create or replace procedure p() begin atomic insert into t values (1); end‖SELECT 3"),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END‖SELECT 3"),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); SELECT 2; END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); SELECT 2; END‖SELECT 3"),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 'end;'; SELECT \"end\"; -- END;\n END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 'end;'; SELECT \"end\"; -- END;\n END‖SELECT 3"),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT a[1:end]; END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT a[1:end]; END‖SELECT 3"),
        ("CREATE FUNCTION f(x int = CASE WHEN true THEN 1 END) RETURNS int RETURN x;SELECT 3;",
            "CREATE FUNCTION f(x int = CASE WHEN true THEN 1 END) RETURNS int RETURN x‖SELECT 3"),
        ("CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END;SELECT 3;",
            "CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END‖SELECT 3"),
        ("CREATE /* OR */ FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;SELECT 3;",
            "CREATE /* OR */ FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$‖SELECT 3"),
        ("BEGIN;SELECT 1;END;", "BEGIN‖SELECT 1‖END"),
        ("CREATE TABLE t (a int);BEGIN;END;", "CREATE TABLE t (a int)‖BEGIN‖END"),
        ("CREATE OR x FUNCTION begin;END;", "CREATE OR x FUNCTION begin‖END"),
        ("CREATE OR FUNCTION begin;END;", "CREATE OR FUNCTION begin‖END"),
        ("CREATE VIEW v AS SELECT CASE WHEN a THEN 1 END;SELECT 1;", "CREATE VIEW v AS SELECT CASE WHEN a THEN 1 END‖SELECT 1"),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;BEGIN;END;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END‖BEGIN‖END"),
    ];

    public static readonly (string Script, string Statements)[] Variables =
    [
        ("SELECT :zz, :'zz;', :\"zz;\", :zz_1;", "SELECT :zz, :'zz;', :\"zz;\", :zz_1"),
        ("SELECT :'zz';SELECT :\"zz\";SELECT :;", "SELECT :'zz'‖SELECT :\"zz\"‖SELECT :"),
        ("SELECT :1e--;\n;SELECT a:=1;", "SELECT :1e‖SELECT a:=1"),
        ("SELECT ::zz, :::zz, :é;", "SELECT ::zz, :::zz, :é"),
    ];

    /// <summary>COPY statements, with their data in braces.</summary>
    public static readonly (string Script, string Statements)[] Copies =
    [
        ("COPY t FROM STDIN;\n1\tx;\n2\t'\n\\.\nSELECT 1;", "COPY t FROM STDIN{1\tx;\n2\t'\n}‖SELECT 1"),
        ("COPY t FROM STDIN;\r\n1\r\n\\.\r\nSELECT 1;\r\n", "COPY t FROM STDIN{1\r\n}‖SELECT 1"),
        ("COPY t FROM STDIN;\n\\.\n", "COPY t FROM STDIN{}"),
        ("COPY t FROM STDIN;\n1\n\\.", "COPY t FROM STDIN{1\n}"),
        ("COPY t FROM STDIN;\n1\n", "COPY t FROM STDIN{1\n}"),
        ("COPY t FROM STDIN;\n1", "COPY t FROM STDIN{1}"),
        ("COPY t FROM STDIN;", "COPY t FROM STDIN{}"),
        ("COPY t FROM STDIN", "COPY t FROM STDIN{}"),
        ("COPY t FROM STDIN;\n \\.\n\\. \n\\.x\n\\.\n", "COPY t FROM STDIN{ \\.\n\\. \n\\.x\n}"),
        ("copy s.t (a, \"from\") from stdin with (format csv, null 'stdin');\n1;2\n\\.\nSELECT 1;",
            "copy s.t (a, \"from\") from stdin with (format csv, null 'stdin'){1;2\n}‖SELECT 1"),
        ("COPY \"a;b\".\"c\" FROM stdin WHERE a > 1;\n1\n\\.\n", "COPY \"a;b\".\"c\" FROM stdin WHERE a > 1{1\n}"),
        ("COPY t FROM /* ; */ STDIN -- ;\n;\n1\n\\.\nSELECT 1", "COPY t FROM /* ; */ STDIN{1\n}‖SELECT 1"),
        ("COPY t FROM STDIN; -- comment\n1\n\\.\nSELECT 1", "COPY t FROM STDIN{1\n}‖SELECT 1"),
        ("COPY t FROM STDIN; SELECT 1; SELECT 2;\n1\n\\.\nSELECT 3", "COPY t FROM STDIN{1\n}‖SELECT 1‖SELECT 2‖SELECT 3"),
        ("COPY t FROM STDIN; COPY u FROM STDIN;\n1\n\\.\n2\n\\.\nSELECT 3", "COPY t FROM STDIN{1\n}‖COPY u FROM STDIN{2\n}‖SELECT 3"),
        ("COPY t FROM STDOUT;\n1\n\\.\n", "COPY t FROM STDOUT{1\n}"),
        ("COPY t TO STDOUT;SELECT 1;\n", "COPY t TO STDOUT‖SELECT 1"),
        ("COPY (SELECT a FROM stdin) TO STDOUT;\nSELECT 1;", "COPY (SELECT a FROM stdin) TO STDOUT‖SELECT 1"),
        ("COPY t FROM '/tmp/stdin';\nSELECT 1;", "COPY t FROM '/tmp/stdin'‖SELECT 1"),
        ("COPY t FROM PROGRAM 'cat';\nSELECT 1;", "COPY t FROM PROGRAM 'cat'‖SELECT 1"),
        ("SELECT copy FROM stdin;\nSELECT 1;", "SELECT copy FROM stdin‖SELECT 1"),
        ("COPY BINARY a.b.c FROM stdin;\n1\n\\.\nSELECT 1;", "COPY BINARY a.b.c FROM stdin{1\n}‖SELECT 1"),
        ("COPY t FROM STDIN;\nx\rSELECT 1;\r\\.\r\n\\.\n", "COPY t FROM STDIN{x\rSELECT 1;\r\\.\r\n}"),
    ];

    /// <summary>
    /// Cases in which psql 15 and 18 differ (the splitter follows 18), or in which psql 18 is wrong (see <see cref="PsqlComparison"/>).
    /// </summary>
    public static readonly (string Script, string Statements)[] Newer =
    [
        ("SELECT\v1;\v", "SELECT\v1"),
        ("\v;SELECT 1;", "SELECT 1"),
        ("SELECT 1_000.0_1e1_0--;\n;", "SELECT 1_000.0_1e1_0"),
        ("COPY t FROM STDIN;\n1\n\\.\n;SELECT 1;", "COPY t FROM STDIN{1\n}‖SELECT 1"),
        ("SET standard_conforming_strings = off; SELECT '\\';'; SET standard_conforming_strings = on; SELECT '\\'; SELECT 2;",
            "SET standard_conforming_strings = off‖SELECT '\\';'‖SET standard_conforming_strings = on‖SELECT '\\'‖SELECT 2"),
        ("CREATE FUNCTION public.begin() RETURNS int LANGUAGE sql AS 'select 1';\nSELECT 1;",
            "CREATE FUNCTION public.begin() RETURNS int LANGUAGE sql AS 'select 1'‖SELECT 1"),
        ("CREATE OR REPLACE PROCEDURE begin() LANGUAGE plpgsql AS $$ BEGIN END $$;SELECT 1;",
            "CREATE OR REPLACE PROCEDURE begin() LANGUAGE plpgsql AS $$ BEGIN END $$‖SELECT 1"),
        ("CREATE FUNCTION begin.atomic() RETURNS begin LANGUAGE sql AS '';SELECT 1;",
            "CREATE FUNCTION begin.atomic() RETURNS begin LANGUAGE sql AS ''‖SELECT 1"),
        ("CREATE FUNCTION s.begin(x int) RETURNS int BEGIN /* ; */ ATOMIC SELECT begin FROM t; SELECT t.end, t . case, 1 AS end, 2 AS case FROM t; SELECT CASE WHEN begin THEN 1 END; END;SELECT 1;",
            "CREATE FUNCTION s.begin(x int) RETURNS int BEGIN /* ; */ ATOMIC SELECT begin FROM t; SELECT t.end, t . case, 1 AS end, 2 AS case FROM t; SELECT CASE WHEN begin THEN 1 END; END‖SELECT 1"),
        ("CREATE FUNCTION f() RETURNS int BEGIN atomic SELECT 1; end;BEGIN;END;",
            "CREATE FUNCTION f() RETURNS int BEGIN atomic SELECT 1; end‖BEGIN‖END"),
        ("CREATE (x) FUNCTION f() BEGIN ATOMIC SELECT 1; END;", "CREATE (x) FUNCTION f() BEGIN ATOMIC SELECT 1; END"),
    ];

    /// <summary>Characters that are invisible, in places where they are data.</summary>
    public static readonly (string Script, string Statements)[] InvisibleData =
    [
        ("SELECT '\u200B\u00A0', E'\uFEFF', $$\u2060$$, \"a\u00A0b\", U&\"\u00AD\";", "SELECT '\u200B\u00A0', E'\uFEFF', $$\u2060$$, \"a\u00A0b\", U&\"\u00AD\""),
        ("-- \u200B\n/* \uFEFF */ SELECT 1 -- \u00A0\n;", "SELECT 1"),
        ("COPY t FROM STDIN;\n\u00A0\n\\.\nSELECT é, 名, \U0001F418;", "COPY t FROM STDIN{\u00A0\n}‖SELECT é, 名, \U0001F418"),
    ];

    public static IEnumerable<(string Script, string Statements)> All =>
    [
        .. Plain, .. Comments, .. Operators, .. Strings, .. ContinuedStrings, .. StringSettings, .. DollarQuotes, .. Parentheses, .. AtomicBodies,
        .. Variables, .. Copies, .. InvisibleData,
    ];
}
