namespace Migrator.Scripts;

/// <summary>A script as it stands in its folder. Its bytes are read once, so what is checked is what runs.</summary>
internal sealed class Script
{
    private readonly byte[] _content;
    private string? _text;

    public Script(ScriptName name, string path, byte[] content)
    {
        Name = name;
        Path = path;
        _content = content;
        Checksum = ScriptContent.Checksum(content);
    }

    public ScriptName Name { get; }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>Evolve's checksum of the content.</summary>
    public string Checksum { get; }

    public string FileName => Name.FileName;

    public ScriptKind Kind => Name.Kind;

    /// <summary>The version; null for a repeatable script.</summary>
    public ScriptVersion? Version => Name.Version;

    /// <summary>The content as text, without a byte order mark.</summary>
    public string Text => _text ??= ScriptContent.Decode(_content);

    /// <summary>
    /// Whether the first line asks to run outside a transaction (<c>-- evolve-tx-off</c>). Evolve looks for the
    /// word in the first line only, in either case.
    /// </summary>
    public bool IsTransactionOff => FirstLineHolds("evolve-tx-off");

    /// <summary>Whether a repeatable runs on each <c>up</c> (<c>-- evolve-repeat-always</c> in the first line).</summary>
    public bool RepeatsAlways => Kind == ScriptKind.Repeatable && FirstLineHolds("evolve-repeat-always");

    /// <summary>The offset of the first byte that is no UTF-8; null when all are.</summary>
    public int? FirstInvalidByte => ScriptContent.FirstInvalidByte(_content);

    /// <summary>The text before an offset in bytes, for its place.</summary>
    public int TextOffset(int byteOffset) => System.Text.Encoding.UTF8.GetCharCount(_content, 0, byteOffset);

    public override string ToString() => FileName;

    private bool FirstLineHolds(string option)
    {
        ReadOnlySpan<char> line = Text;
        int end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).Contains(option, StringComparison.OrdinalIgnoreCase);
    }
}
