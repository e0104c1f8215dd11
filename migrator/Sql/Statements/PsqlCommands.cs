using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Statements;

/// <summary>Backslash commands of psql, which a script cannot use, and what to do instead.</summary>
internal static class PsqlCommands
{
    /// <summary>The problem with a command.</summary>
    /// <param name="position">Where the command begins in the file.</param>
    /// <param name="line">The text from there to the end of the line: psql reads a command's arguments up to there.</param>
    public static SqlProblem Describe(SourcePosition position, ReadOnlySpan<char> line)
    {
        // \dt+ is a name, but what follows \; and \! is not part of theirs.
        int end = 1;
        while (end < line.Length && (char.IsAsciiLetter(line[end]) || line[end] is '_' or '+'))
        {
            end++;
        }

        if (end == 1 && end < line.Length && !IsSpace(line[end]))
        {
            end++;
        }

        string command = line[..end].ToString();
        return new SqlProblem(SqlProblemKind.PsqlCommand, position, command, Advice(command));
    }

    /// <summary>Whether lines of data follow a command: <c>\copy … from stdin</c>.</summary>
    public static bool IsCopyFromInput(ReadOnlySpan<char> line) =>
        line.StartsWith(@"\copy ", StringComparison.Ordinal)
        && line.Contains("from stdin", StringComparison.OrdinalIgnoreCase);

    private static string Advice(string command) => command switch
    {
        @"\" => "A backslash outside quotes is not SQL; remove it, or quote it.",
        @"\." => @"\. ends the data of COPY … FROM STDIN, but there is none here; remove it, or check the COPY above it.",
        @"\restrict" or @"\unrestrict" =>
            $"{command} is a psql command that newer pg_dump versions write; remove both lines, \\restrict and \\unrestrict.",
        @"\c" or @"\connect" =>
            $"{command} is a psql command, not SQL; remove it: a migration runs in the database that is being migrated.",
        @"\i" or @"\ir" or @"\include" or @"\include_relative" =>
            $"{command} is a psql command, not SQL; put the other file's SQL here, or make it a migration of its own.",
        @"\copy" => @"\copy is a psql command, not SQL; use COPY … FROM STDIN; with the data on the lines below it, and \. after it.",
        @"\set" or @"\unset" or @"\gset" or @"\prompt" or @"\getenv" =>
            $"{command} is a psql command, not SQL; use a placeholder, ${{name}}, for values that differ between databases.",
        @"\gexec" => @"\gexec is a psql command, not SQL; run the generated statements with EXECUTE in a DO block.",
        @"\g" or @"\gx" or @"\gdesc" or @"\crosstabview" or @"\watch" =>
            $"{command} is a psql command, not SQL; end the statement with a semicolon instead.",
        @"\;" => @"\; is for psql, not SQL; remove the backslash.",
        @"\if" or @"\elif" or @"\else" or @"\endif" =>
            $"{command} is a psql command, not SQL; decide with IF in a DO block.",
        @"\echo" or @"\qecho" or @"\warn" => $"{command} is a psql command, not SQL; use RAISE NOTICE in a DO block.",
        @"\encoding" => @"\encoding is a psql command, not SQL; remove it and save the file as UTF-8.",
        @"\!" => @"\! is a psql command, not SQL; a migration cannot run programs: remove it.",
        @"\q" or @"\quit" => $"{command} is a psql command, not SQL; remove it, and what comes after it if that is not to run.",
        _ => $"{command} is a psql command, not SQL; remove it.",
    };
}
