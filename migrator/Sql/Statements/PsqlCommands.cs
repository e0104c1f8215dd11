using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Statements;

/// <summary>Describes psql's backslash commands, which a script cannot use, and what to use instead.</summary>
internal static class PsqlCommands
{
    /// <summary>Creates the problem for a command.</summary>
    /// <param name="position">The position of the command in the file.</param>
    /// <param name="line">The text from the command to the end of its line, where psql's arguments end.</param>
    public static SqlProblem Describe(SourcePosition position, ReadOnlySpan<char> line)
    {
        // \dt+ is a command name. Characters after \; and \! are not part of the name.
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

    /// <summary>Whether lines of data follow the command, as after <c>\copy … from stdin</c>.</summary>
    public static bool IsCopyFromInput(ReadOnlySpan<char> line) =>
        line.StartsWith(@"\copy ", StringComparison.Ordinal)
        && line.Contains("from stdin", StringComparison.OrdinalIgnoreCase);

    private static string Advice(string command) => command switch
    {
        @"\" => "A backslash outside quotes is not SQL; remove it, or put it in quotes.",
        @"\." => @"\. ends the data of COPY … FROM STDIN, but no data precedes it here; remove it, or check the COPY above it.",
        @"\restrict" or @"\unrestrict" =>
            $"{command} is a psql command that newer pg_dump versions write; remove both lines, \\restrict and \\unrestrict.",
        @"\c" or @"\connect" =>
            $"{command} is a psql command, not SQL; remove it: a migration runs in the database that is being migrated.",
        @"\i" or @"\ir" or @"\include" or @"\include_relative" =>
            $"{command} is a psql command, not SQL; put the SQL of the other file here, or make that file a separate migration.",
        @"\copy" => @"\copy is a psql command, not SQL; use COPY … FROM STDIN; with the data on the next lines and \. on the line after the data.",
        @"\set" or @"\unset" or @"\gset" or @"\prompt" or @"\getenv" =>
            $"{command} is a psql command, not SQL; use a placeholder, ${{name}}, for values that differ between databases.",
        @"\gexec" => @"\gexec is a psql command, not SQL; run the generated statements with EXECUTE in a DO block.",
        @"\g" or @"\gx" or @"\gdesc" or @"\crosstabview" or @"\watch" =>
            $"{command} is a psql command, not SQL; end the statement with a semicolon instead.",
        @"\;" => @"\; is psql syntax, not SQL; remove the backslash.",
        @"\if" or @"\elif" or @"\else" or @"\endif" =>
            $"{command} is a psql command, not SQL; use IF in a DO block.",
        @"\echo" or @"\qecho" or @"\warn" => $"{command} is a psql command, not SQL; use RAISE NOTICE in a DO block.",
        @"\encoding" => @"\encoding is a psql command, not SQL; remove it and save the file as UTF-8.",
        @"\!" => @"\! is a psql command, not SQL; remove it: a migration cannot run programs.",
        @"\q" or @"\quit" => $"{command} is a psql command, not SQL; remove it, and also the statements after it if they must not run.",
        _ => $"{command} is a psql command, not SQL; remove it.",
    };
}
