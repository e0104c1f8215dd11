using System.Buffers;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>
/// Reads the text of a script piece by piece: decodes it, replaces placeholders, and collects the problems in the text.
/// </summary>
/// <remarks>
/// <para><c>$${name}</c> is the text <c>${name}</c>. In general, the dollars before <c>{name}</c> are counted: after an odd number, the last one begins a placeholder.
/// After an even number, the last two are one dollar.</para>
/// <para>There are two exceptions, because <c>$$</c> also begins and ends a string in SQL. <c>$${name}$$</c> is a string that is not changed. In <c>$tag$${name}</c>, the first
/// of the two dollars ends the tag, and the second one begins a placeholder.</para>
/// </remarks>
internal sealed class ScriptText : ITextSource, IDisposable
{
    // A longer "${name}" is not a placeholder.
    private const int MaxPlaceholder = 1_000;

    // Space for at least one more character, which can have two UTF-16 code units.
    private const int MinimumFreeSpace = 4;

    private readonly Script _script;
    private readonly PlaceholderValues? _placeholders;
    private readonly Utf8Source _source;
    private readonly Utf8Decoder _decoder;
    private readonly List<Problem> _problems = [];
    private char[] _characters = ArrayPool<char>.Shared.Rent(Utf8Source.PieceSize);

    // The decoded characters. Those from _start were not returned yet. _position is the position of _characters[0] in the file.
    private int _start;
    private int _end;
    private SourcePosition _position = SourcePosition.Start;
    private bool _isDecoded;

    // The length of the text at _start in which no placeholder is searched.
    private int _literal;
    private Dollars _before;
    private bool _hasReadHeader;

    /// <summary>Opens a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="placeholders">The values of the placeholders; null leaves the script as it is.</param>
    /// <exception cref="MigrateException">The script can no longer be read (exit code 2). The methods throw this exception, too.</exception>
    public ScriptText(Script script, PlaceholderValues? placeholders)
    {
        (_script, _placeholders) = (script, placeholders);
        try
        {
            _source = new Utf8Source(script.Open());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw script.Unreadable(e);
        }

        _decoder = new Utf8Decoder { OnInvalidByte = AddInvalidByte };
    }

    private enum Dollars
    {
        None,

        /// <summary>The text before <c>_start</c> ends with a dollar.</summary>
        Dollar,

        /// <summary>The text before <c>_start</c> ends with a dollar and the letters of a tag, as in <c>$body</c>.</summary>
        Tag,
    }

    /// <summary>Whether <c>-- migrate: no-placeholders</c> in the header switches placeholders off. False before the first piece was read.</summary>
    public bool HasPlaceholdersOff { get; private set; }

    /// <summary>The problems in the text that was read: placeholders without a value, and invalid UTF-8.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Reads the rest of the script, and returns Evolve's checksum of the whole script.</summary>
    public string Checksum()
    {
        while (!_isDecoded)
        {
            _start = _end;
            Decode();
        }

        return _decoder.Checksum;
    }

    /// <summary>Checks that the script is what it was when the run started.</summary>
    /// <exception cref="MigrateException">It was changed since (2).</exception>
    public void ThrowIfChanged()
    {
        if (Checksum() != _script.Checksum)
        {
            throw _script.Changed();
        }
    }

    /// <inheritdoc/>
    public bool TryRead(out TextPiece piece)
    {
        while (true)
        {
            if (_start < _end && Next() is { } next)
            {
                piece = next;
                return true;
            }

            if (_isDecoded)
            {
                piece = default;
                return false;
            }

            Decode();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _decoder.Dispose();
        ArrayPool<char>.Shared.Return(_characters);
        _characters = [];
    }

    // Returns the text before the next placeholder, or the value of that placeholder; null if more text must be decoded first.
    private TextPiece? Next()
    {
        if (!_hasReadHeader)
        {
            // The first call is after the first piece was decoded.
            HasPlaceholdersOff = _placeholders is not null && ScriptDirective.DisablesPlaceholders(_characters.AsSpan(0, _end));
            _hasReadHeader = true;
        }

        if (_literal > 0)
        {
            int length = _literal;
            (_literal, _before) = (0, Dollars.None);
            return Take(length);
        }

        ReadOnlySpan<char> text = _characters.AsSpan(_start, _end - _start);
        int dollar = _placeholders is null || HasPlaceholdersOff ? -1 : text.IndexOf('$');
        if (dollar != 0)
        {
            ReadOnlySpan<char> before = text[..(dollar < 0 ? text.Length : dollar)];
            _before = _before != Dollars.None && IsTag(before, isStart: _before == Dollars.Dollar) ? Dollars.Tag : Dollars.None;
            return Take(before.Length);
        }

        int dollars = text[..Math.Min(text.Length, MaxPlaceholder)].IndexOfAnyExcept('$');
        dollars = dollars < 0 ? Math.Min(text.Length, MaxPlaceholder) : dollars;
        int end = dollars < text.Length && text[dollars] == '{' ? dollars + 1 : dollars;
        while (end > dollars && end < Math.Min(text.Length, dollars + MaxPlaceholder) && IsNameCharacter(text[end]))
        {
            end++;
        }

        // The three characters after the placeholder decide whether it is a dollar quote.
        if (end + 3 >= text.Length && !_isDecoded)
        {
            return null;
        }

        // "${}" and "${a b}" are not placeholders, but text of the script.
        if (end <= dollars + 1 || end >= text.Length || text[end] != '}')
        {
            _before = Dollars.Dollar;
            return Take(dollars);
        }

        end++;
        if (dollars == 2 && _before == Dollars.Tag)
        {
            _before = Dollars.Dollar;
            return Take(1);
        }

        if (dollars == 2 && _before == Dollars.None && text[end..].StartsWith("$$") && !text[end..].StartsWith("$${"))
        {
            return Take(end);
        }

        if (dollars > 2)
        {
            _before = Dollars.Dollar;
            return Take(dollars - (dollars % 2 == 0 ? 2 : 1));
        }

        if (dollars == 2)
        {
            _literal = end - 1;
            return new TextPiece(default, Take(1).Text.ToString());
        }

        _before = Dollars.None;
        string name = text[2..(end - 1)].ToString();
        if (!_placeholders!.TryGet(name, out string? value))
        {
            Add("placeholder", _start, $"the placeholder ${{{name}}} has no value",
                $"Set a value with --placeholder {name}=…. If this text is not a placeholder, write $${{{name}}}, or write the line '-- migrate: {ScriptDirective.NoPlaceholders}' above the first statement.");
            return Take(end);
        }

        return new TextPiece(value.AsMemory(), Take(end).Text.ToString());
    }

    // A tag does not start with a digit. The start may be in an earlier piece.
    private static bool IsTag(ReadOnlySpan<char> text, bool isStart)
    {
        foreach (char c in text)
        {
            if (!SqlCharacters.IsTagPart(c) || (isStart && char.IsAsciiDigit(c)))
            {
                return false;
            }

            isStart = false;
        }

        return true;
    }

    private TextPiece Take(int length)
    {
        var piece = new TextPiece(_characters.AsMemory(_start, length));
        _start += length;
        return piece;
    }

    // Keeps the text that was not returned yet, and a \r before it, which may be the first half of a \r\n.
    private void Decode()
    {
        int keep = _start > 0 && _characters[_start - 1] == '\r' ? _start - 1 : _start;
        _position = _position.After(_characters.AsSpan(0, _end), keep);
        _characters.AsSpan(keep, _end - keep).CopyTo(_characters);
        (_start, _end) = (_start - keep, _end - keep);
        if (_characters.Length - _end < MinimumFreeSpace)
        {
            Array.Resize(ref _characters, _characters.Length * 2);
        }

        ReadOnlySpan<byte> bytes = _source.Bytes;
        bytes = bytes[..Math.Min(bytes.Length, _characters.Length - _end)];
        bool isLast = _source.IsLast && bytes.Length == _source.Bytes.Length;
        (int read, int written) = _decoder.Decode(bytes, _characters.AsSpan(_end), isLast);
        _end += written;
        _isDecoded = isLast;
        try
        {
            _source.Consume(read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _script.Unreadable(e);
        }
    }

    // Only the first invalid byte is reported, because a file in another encoding has many.
    private void AddInvalidByte(int decoded)
    {
        if (_problems.TrueForAll(p => p.Id != "encoding"))
        {
            Add("encoding", _end + decoded, "the script is not valid UTF-8", "Save the script as UTF-8.");
        }
    }

    private void Add(string id, int offset, string message, string advice) => _problems.Add(new Problem(id, message)
    {
        Script = _script.FileName,
        Position = _position.After(_characters.AsSpan(0, Math.Max(offset, _end)), offset),
        Advice = advice,
    });

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
