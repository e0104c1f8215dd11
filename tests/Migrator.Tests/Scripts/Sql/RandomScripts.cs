using System.Text;

namespace Migrator.Tests.Scripts.Sql;

/// <summary>Strings fragments together that are each hard to read. The same seed gives the same scripts.</summary>
internal sealed class RandomScripts(int seed)
{
    // No backquote: psql would run what is in it as a shell command when a backslash command comes before it.
    // No fragment that psql 15 and 18 read otherwise.
    private static readonly string[] Fragments =
    [
        ";", ";", ";", ";\n", "\n", "\n", " ", "\t", "\r", "\r\n", "(", ")", "[", "]", ",", ".", "..", "::", ":=", ":", ":zz", ":'zz'",
        "'", "'", "''", "\"", "\"\"", "E'", "e'", "B'", "x'", "N'", "U&'", "u&\"", "U&", "E'\\''", "'\\'", "\\'", "E'a\\", "\\\\", "\\",
        "$$", "$$", "$a$", "$a$", "$A$", "$a", "a$", "$1", "$1$$", "$é$", "$_1$", "$", "a$a$", "é",
        "--", "-- x", "--\n", "/*", "/*", "*/", "*/", "/", "*", "-", "+", "+-", "@-", "<", "=", "=>", "#", "|", "?", "%", "{", "}",
        "1", "1.", ".5", "1e", "1e-", "1E+5", "1..2", "0x1F", "12",
        "SELECT", "a", "b", "n", "u", "x", "e",
        "CREATE", "CREATE FUNCTION f", "CREATE OR REPLACE PROCEDURE p", "create function g() begin atomic ", "OR", "REPLACE", "FUNCTION",
        "begin", "BEGIN", "BEGIN ATOMIC", "END", "end", "CASE", "case", "END;", "end;\n",
        "COPY t FROM STDIN", "COPY t FROM STDIN;\n", "copy", "from", "stdin", "\\.\n", "\n\\.\n", "\n\\.\r\n", "1\t2\n",
        "CREATE RULE r AS ON INSERT TO t DO (", "DO $$ BEGIN ", " $$", "\U0001F418", "'\U0001F418;'", "\uFEFF",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        StringBuilder script = new();
        int count = _random.Next(1, 25);
        bool spaced = _random.Next(3) == 0;
        for (int i = 0; i < count; i++)
        {
            script.Append(Fragments[_random.Next(Fragments.Length)]);
            if (spaced && _random.Next(2) == 0)
            {
                script.Append(' ');
            }
        }

        return Harmless(script.ToString());
    }

    // Outside quotes, \e would have psql start an editor and \o write files. There is no command \k.
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
