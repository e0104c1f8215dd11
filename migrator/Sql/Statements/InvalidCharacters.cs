namespace Migrator.Sql.Statements;

/// <summary>Finds what cannot be sent to PostgreSQL in any place of a script, quotes included.</summary>
internal static class InvalidCharacters
{
    /// <summary>
    /// Whether it is no SQL text at all, but what pg_dump writes in its custom format; psql looks for the same.
    /// </summary>
    public static bool IsArchive(string script) => script.StartsWith("PGDMP", StringComparison.Ordinal);

    /// <summary>The one problem of such a file.</summary>
    public static SqlProblem Archive() => new(SqlProblemKind.InvalidCharacter, 0, "PGDMP",
        "This is a pg_dump archive, not SQL; write it as SQL with pg_restore --file=script.sql.");

    /// <summary>Adds a problem for the first of each kind: one cause makes many of them.</summary>
    public static void Report(string script, List<SqlProblem> problems)
    {
        int nul = script.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, nul, "NUL",
                "PostgreSQL cannot store a NUL character; remove it, or save the file as UTF-8 if it is in UTF-16."));
        }

        int surrogate = LoneSurrogate(script);
        if (surrogate >= 0)
        {
            problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, surrogate, $"U+{(int)script[surrogate]:X4}",
                "Half of a surrogate pair is not a character; save the file as UTF-8."));
        }
    }

    private static int LoneSurrogate(string script)
    {
        int at = 0;
        int skip;
        while ((skip = script.AsSpan(at).IndexOfAnyInRange('\uD800', '\uDFFF')) >= 0)
        {
            at += skip;
            if (at + 1 >= script.Length || !char.IsSurrogatePair(script[at], script[at + 1]))
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }
}
