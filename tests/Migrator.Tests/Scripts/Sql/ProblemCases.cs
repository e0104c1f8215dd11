namespace Migrator.Tests.Scripts.Sql;

/// <summary>A script that cannot be cut, and what is to be said of it.</summary>
/// <param name="Script">The script.</param>
/// <param name="Position">Line and column of the problem.</param>
/// <param name="Found">What is there.</param>
/// <param name="Advice">A part of the sentence that says what to do.</param>
/// <param name="CanBeRunByPsql">Whether psql may run it for comparison, which it may not if it does things beyond the session.</param>
internal sealed record ProblemCase(string Script, string Position, string Found, string Advice, bool CanBeRunByPsql = true);

/// <summary>Scripts that cannot be cut.</summary>
internal static class ProblemCases
{
    public static readonly ProblemCase[] All =
    [
        new("SELECT 'abc;\nSELECT 2;", "1:8", "'", "This string is never closed"),
        new("SELECT 1;\n  SELECT E'abc\\';", "2:10", "E'", "This string is never closed"),
        new("SELECT U&'abc;", "1:8", "U&'", "This string is never closed"),
        new("SELECT b'1;", "1:8", "b'", "This string is never closed"),
        new("SELECT E'abc\\", "1:8", "E'", "This string is never closed"),
        new("SELECT 1;\nSELECT \"abc;", "2:8", "\"", "This quoted identifier is never closed"),
        new("SELECT u&\"abc;", "1:8", "u&\"", "This quoted identifier is never closed"),
        new("DO $body$ BEGIN; $BODY$;\nSELECT 1;", "1:4", "$body$", "end it with $body$"),
        new("DO $$ BEGIN;", "1:4", "$$", "end it with $$"),
        new("SELECT 1; /* a /* b */ ;", "1:11", "/*", "This comment is never closed"),
        new("/*/", "1:1", "/*", "This comment is never closed"),
        new("SELECT 1;\nCREATE TABLE t (a int, b numeric(10,2);\nSELECT 2;", "2:16", "(", "This parenthesis is never closed"),
        new("SELECT ((1);", "1:8", "(", "This parenthesis is never closed"),
        new("CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT CASE 1; END; SELECT 2;", "2:1", "BEGIN", "add END"),
        new("\U0001F418 'abc", "1:3", "'", "This string is never closed"),
    ];
}
