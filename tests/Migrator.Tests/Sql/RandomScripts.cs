using System.Text;

namespace Migrator.Tests.Sql;

/// <summary>Creates random scripts from fragments that are hard to split. The same seed gives the same scripts.</summary>
internal sealed class RandomScripts(int seed)
{
    // Without backticks: after a backslash command, psql would run the text in backticks as a shell command. Also
    // without text that psql 15 and 18 read differently: words in parentheses occur only where they do not matter.
    private static readonly string[] Whole =
    [
        ";", ";", ";", ";\n", "\n", "\n", " ", "\t", "\r", "\r\n", "[", "]", ",", ".", "..", "::", ":=", ":", ":zz",
        ":'zz'", ":\"zz\"",
        "''", "\"\"", "'a;b'", "\"a;b\"", "'\\'", "E'\\''", "E'\\\\';", "e'a\\\n;'", "B'1'", "x'F;'", "N';'",
        "U&';\\0041'", "u&\"d;\"", "U&",
        "$$;$$", "$a$;$$;$a$", "$é$;$é$", "$_1$;$_1$", "$1", "a$", "a$a$", "é", "\U0001F418", "'\U0001F418;'", "\uFEFF",
        "$",
        "-- x\n", "--;'\n", "--\r", "/*;*/", "/* /*;*/ */", "/***/", "(;)", "((1;)2;)", "SELECT a, b, c (CASE; END)",
        "{", "}",
        "/", "*", "-", "+", "+-", "@-", "<", "=", "=>", "#", "|", "?", "%", "*/",
        "1", "1.", ".5", "1e", "1e-", "1E+5", "1..2", "0x1F", "12",
        "SELECT", "a", "b", "n", "u", "x", "e", "_",
        "CREATE", "CREATE FUNCTION f", "CREATE OR REPLACE PROCEDURE p", "OR", "REPLACE", "FUNCTION", "PROCEDURE",
        "begin\tatomic", "BEGIN ATOMIC", "END", "end", "CASE", "case", "END;", "end;\n", "END; END;",
        "BEGIN ATOMIC SELECT 1; END;",
        "create function g() begin atomic ", "case when 1 then 2 end",
        "COPY t FROM STDIN", "COPY t FROM STDIN;\n1;'\n\\.\n", "COPY t FROM STDIN;\n", "copy", "from", "stdin",
        "COPY BINARY \"a\".b.c",
        "COPY (SELECT 1 FROM stdin) TO",
    ];

    private static readonly string[] Broken =
    [
        "SELECT a, b, c (", ")", "'", "'", "\"", "E'", "e'", "B'", "x'", "N'", "U&'", "u&\"", "\\'", "E'a\\", "\\\\",
        "\\",
        "$$", "$$", "$a$", "$a$", "$A$", "$a", "$1$$", "$é$", "$_1$", "--", "-- x", "/*", "/*", "*/", "*/",
        "\\.\n", "\n\\.\n", "\n\\.\r\n", "CREATE RULE r AS ON INSERT TO t DO (", ");", "*/;", "';", "$$;",
        "DO $$ BEGIN ", " $$",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        StringBuilder script = new();
        int count = _random.Next(1, 25);
        int broken = _random.Next(2) == 0 ? 0 : 40;
        bool isSpaced = _random.Next(3) == 0;
        for (int i = 0; i < count; i++)
        {
            string[] fragments = _random.Next(100) < broken ? Broken : Whole;
            script.Append(fragments[_random.Next(fragments.Length)]);
            if (isSpaced && _random.Next(2) == 0)
            {
                script.Append(' ');
            }
        }

        // The last statement shows whether everything before it is closed: psql sends unfinished and unclosed statements alike.
        return Harmless(script.Append("\n;\nlast;").ToString());
    }

    // Outside quotes, psql would start an editor for \e and write files for \o. The command \k does not exist.
    private static string Harmless(string script)
    {
        const string harmless = "\\'\".;:$ \r\n()[],k";
        StringBuilder result = new(script.Length);
        for (int i = 0; i < script.Length; i++)
        {
            result.Append(script[i]);
            if (script[i] == '\\' && i + 1 < script.Length && !harmless.Contains(script[i + 1], StringComparison.Ordinal))
            {
                result.Append('k');
            }
        }

        return result.ToString();
    }
}
