using System.Runtime.InteropServices;

namespace Migrator.Sql.Statements;

/// <summary>
/// The part of a script's text that is in memory: from the first character that is still needed to the last one that was read.
/// It knows the place in the file of each of its characters.
/// </summary>
internal sealed class TextWindow
{
    private const int MaxShift = 1 << 30;

    private readonly ITextSource? _source;
    // The placeholders that were replaced in the text, from _firstReplacement on. Their offsets count from a place _shift characters before the text.
    private readonly List<Replacement> _replacements = [];
    private int _firstReplacement;
    private int _shift;
    private char[] _buffer;
    private int _start;
    private int _end;

    /// <summary>Starts at the beginning of a text.</summary>
    public TextWindow(ITextSource source)
    {
        _source = source;
        _buffer = [];
    }

    // A part of another window, which cannot grow.
    private TextWindow(char[] text, SourcePosition start, IEnumerable<Replacement> replacements)
    {
        (_buffer, _end, Start, IsComplete) = (text, text.Length, start, true);
        _replacements.AddRange(replacements);
    }

    /// <summary>The text in memory. It is valid until the next call of <see cref="Read"/>.</summary>
    public ReadOnlySpan<char> Text => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The same text, for asynchronous use.</summary>
    public ReadOnlyMemory<char> Memory => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The place in the file of the first character of <see cref="Text"/>.</summary>
    public SourcePosition Start { get; private set; } = SourcePosition.Start;

    /// <summary>Whether <see cref="Text"/> reaches to the end of the script.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Receives the place of the first NUL character; null for nothing.</summary>
    public Action<SourcePosition>? OnNul { get; set; }

    /// <summary>Reads more of the script.</summary>
    /// <param name="atLeast">How many characters to read at least, unless the script ends before. It is chosen in proportion to what has to be looked at again.</param>
    public void Read(int atLeast = 1)
    {
        int wanted = _end - _start + Math.Max(1, atLeast);
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

    /// <summary>Forgets the first characters of <see cref="Text"/>.</summary>
    public void Discard(int count)
    {
        Start = PositionAt(count);
        _start += count;
        _shift += count;
        while (_firstReplacement < _replacements.Count && _replacements[_firstReplacement] is var r && r.Offset + r.Length <= _shift)
        {
            _firstReplacement++;
        }

        // Seldom, so that the work for each replacement is constant.
        if (_firstReplacement > _replacements.Count / 2 || _shift > MaxShift)
        {
            _replacements.RemoveRange(0, _firstReplacement);
            for (int i = 0; i < _replacements.Count; i++)
            {
                _replacements[i] = _replacements[i] with { Offset = _replacements[i].Offset - _shift };
            }

            (_firstReplacement, _shift) = (0, 0);
        }
    }

    /// <summary>Takes the first characters of <see cref="Text"/> out, as a text of their own.</summary>
    public TextWindow Cut(int length)
    {
        var part = new TextWindow(Text[..length].ToArray(), Start, ReplacementsIn(length));
        Discard(length);
        return part;
    }

    /// <summary>The place in the file of a character of <see cref="Text"/>.</summary>
    public SourcePosition PositionAt(int offset) => Replacement.PositionAt(Start, Text, Replacements, _shift, offset);

    /// <summary>The placeholders that were replaced in the first characters of <see cref="Text"/>.</summary>
    public IReadOnlyList<Replacement> ReplacementsIn(int length)
    {
        var found = new List<Replacement>();
        foreach (Replacement replacement in Replacements)
        {
            if (replacement.Offset - _shift + replacement.Length > length)
            {
                break;
            }

            found.Add(replacement with { Offset = replacement.Offset - _shift });
        }

        return found.Count == 0 ? [] : found;
    }

    private ReadOnlySpan<Replacement> Replacements => CollectionsMarshal.AsSpan(_replacements)[_firstReplacement..];

    private void Append(TextPiece piece)
    {
        int length = piece.Text.Length;
        if (_end + length > _buffer.Length)
        {
            Grow(length);
        }

        if (piece.Original is not null)
        {
            _replacements.Add(new Replacement(_shift + _end - _start, length, piece.Original));
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
        // Most scripts are one piece. A longer one moves what is left to the front, or to a buffer of twice the size, so that each character moves seldom.
        int used = _end - _start;
        char[] target = used + length <= _buffer.Length / 2 ? _buffer : new char[used == 0 ? length : (used + length) * 2];
        _buffer.AsSpan(_start, used).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, used);
    }
}
