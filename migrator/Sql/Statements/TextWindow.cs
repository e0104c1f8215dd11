namespace Migrator.Sql.Statements;

/// <summary>
/// The part of the text of a script that is in memory, from the first character that is still needed to the last character that was read.
/// It converts an offset in the text to a position in the file.
/// </summary>
internal sealed class TextWindow
{
    private readonly ITextSource? _source;

    // The placeholders that were replaced in the text. Their offsets, and _offset (the first character of Text), count from the start of the script.
    private readonly Queue<Replacement> _replacements;
    private long _offset;
    private char[] _buffer;
    private int _start;
    private int _end;

    /// <summary>Creates an empty window at the start of a text.</summary>
    public TextWindow(ITextSource source)
    {
        _source = source;
        _replacements = new Queue<Replacement>();
        _buffer = [];
    }

    // Creates a window with a part of another window's text. The new window cannot read more text.
    private TextWindow(char[] text, SourcePosition start, IEnumerable<Replacement> replacements)
    {
        (_buffer, _end, Start, IsComplete) = (text, text.Length, start, true);
        _replacements = new Queue<Replacement>(replacements);
    }

    /// <summary>The text in memory. It is valid until the next call of <see cref="Read"/>.</summary>
    public ReadOnlySpan<char> Text => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The same text as <see cref="Text"/>, for asynchronous use.</summary>
    public ReadOnlyMemory<char> Memory => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The position of the first character of <see cref="Text"/> in the file.</summary>
    public SourcePosition Start { get; private set; } = SourcePosition.Start;

    /// <summary>Whether <see cref="Text"/> extends to the end of the script.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Called with the position of the first NUL character; null to ignore NUL characters.</summary>
    public Action<SourcePosition>? OnNul { get; set; }

    /// <summary>Reads more of the script.</summary>
    /// <param name="atLeast">The minimum number of characters to read, unless the script ends earlier. Callers scan the unfinished part again from its start. They pass its length, so that the part doubles before the next scan, and the total time stays linear.</param>
    public void Read(int atLeast = 1)
    {
        long wanted = (long)_end - _start + Math.Max(1, atLeast);
        while (!IsComplete && _end - _start < wanted)
        {
            if (_source!.TryRead(out TextPiece piece))
            {
                Append(piece);
            }
            else
            {
                IsComplete = true;
            }
        }
    }

    /// <summary>Removes the first characters of <see cref="Text"/>.</summary>
    public void Discard(int count)
    {
        Start = PositionAt(count);
        _start += count;
        _offset += count;
        while (_replacements.TryPeek(out Replacement first) && first.Offset + first.Length <= _offset)
        {
            _replacements.Dequeue();
        }
    }

    /// <summary>Moves the first characters of <see cref="Text"/> to a new window.</summary>
    public TextWindow Cut(int length)
    {
        var part = new TextWindow(Text[..length].ToArray(), Start, ReplacementsIn(length));
        Discard(length);
        return part;
    }

    /// <summary>Converts an offset in <see cref="Text"/> to a position in the file.</summary>
    public SourcePosition PositionAt(int offset) => Replacement.PositionAt(Start, Text, _replacements, _offset, offset);

    /// <summary>The placeholders that were replaced in the first characters of <see cref="Text"/>.</summary>
    public IReadOnlyList<Replacement> ReplacementsIn(int length) => _replacements.Count == 0
        ? []
        : [.. _replacements.TakeWhile(r => r.Offset - _offset < length).Select(r => r with { Offset = r.Offset - _offset })];

    private void Append(TextPiece piece)
    {
        int length = piece.Text.Length;
        if ((long)_end + length > _buffer.Length)
        {
            Grow(length);
        }

        if (piece.Original is not null)
        {
            _replacements.Enqueue(new Replacement(_offset + _end - _start, length, piece.Original));
        }

        piece.Text.Span.CopyTo(_buffer.AsSpan(_end));
        _end += length;
        if (OnNul is not null && piece.Text.Span.IndexOf('\0') is var nul and >= 0)
        {
            OnNul(PositionAt(_end - _start - length + nul));
            OnNul = null;
        }
    }

    private void Grow(int length)
    {
        // Most scripts are one piece. For a longer script, the remaining text moves to the front, or to a buffer of twice the size. Each character is therefore
        // moved only a few times.
        int used = _end - _start;
        long needed = (long)used + length;
        if (needed > Array.MaxLength)
        {
            throw new InsufficientMemoryException();
        }

        char[] target = needed <= _buffer.Length / 2 ? _buffer : new char[used == 0 ? length : Math.Min(needed * 2, Array.MaxLength)];
        _buffer.AsSpan(_start, used).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, used);
    }
}
