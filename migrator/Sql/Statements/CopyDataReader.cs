namespace Migrator.Sql.Statements;

/// <summary>Reads the lines of data after COPY … FROM STDIN, up to the end marker <c>\.</c> or the end of the script.</summary>
/// <param name="script">The script.</param>
internal sealed class CopyDataReader(TextWindow script)
{
    private bool _hasMore;

    // The length of the lines that the last read returned, with the end marker.
    private int _inUse;

    /// <summary>Starts to read: the data begins at the start of the window.</summary>
    public void Start() => _hasMore = true;

    /// <summary>Reads the next lines of data, without the end marker.</summary>
    /// <returns>Whole lines, valid until the next call; empty at the end of the data.</returns>
    public ReadOnlyMemory<char> Read()
    {
        script.Discard(_inUse);
        _inUse = 0;
        while (_hasMore)
        {
            (int data, int marker) = DataLines(script.Text, script.IsComplete);
            _hasMore = marker == 0 && !(script.IsComplete && data == script.Text.Length);
            if (data > 0 || marker > 0)
            {
                _inUse = data + marker;
                return data > 0 ? script.Memory[..data] : default;
            }

            script.Read(script.Text.Length);
        }

        return default;
    }

    /// <summary>Reads the rest of the data, so that the window starts after the data.</summary>
    public void Skip()
    {
        while (_hasMore || _inUse > 0)
        {
            Read();
        }
    }

    // The lines up to a line that is exactly \. (handleCopyIn in src/bin/psql/copy.c), or up to the end of the script. psql
    // requires a line break after the marker. It sends a marker without one to the server, which accepts it except in CSV format.
    private static (int Data, int Marker) DataLines(ReadOnlySpan<char> text, bool isComplete)
    {
        int at = 0;
        while (at < text.Length)
        {
            int length = text[at..].IndexOf('\n');
            if (length < 0 && !isComplete)
            {
                break;
            }

            int end = length < 0 ? text.Length : at + length + 1;
            if (text[at..end] is @"\." or "\\.\n" or "\\.\r\n")
            {
                return (at, end - at);
            }

            at = end;
        }

        return (at, 0);
    }
}
