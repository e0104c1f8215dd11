namespace Migrator.Sql.Statements;

/// <summary>Reads inline COPY data as psql does (<c>handleCopyIn</c> in <c>src/bin/psql/copy.c</c>).</summary>
internal static class CopyDataReader
{
    /// <summary>
    /// The data that begins at a position: lines up to one that is exactly <c>\.</c>, or to the end of the script.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="position">The start of a line; afterwards, where SQL goes on.</param>
    public static SqlCopyData Read(string script, ref int position)
    {
        int start = position;
        while (position < script.Length)
        {
            int line = position;
            int length = script.AsSpan(line).IndexOf('\n');
            position = length < 0 ? script.Length : line + length + 1;

            // psql wants a line end after the marker and leaves one without to the server, which takes it too, CSV
            // apart.
            if (script.AsSpan(line, position - line) is @"\." or "\\.\n" or "\\.\r\n")
            {
                return new SqlCopyData(script.AsMemory(start, line - start), start, IsTerminated: true);
            }
        }

        return new SqlCopyData(script.AsMemory(start, position - start), start, IsTerminated: false);
    }
}
