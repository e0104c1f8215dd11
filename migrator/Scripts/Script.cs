namespace Migrator.Scripts;

/// <summary>A script as it stands in its folder. Its bytes are read once, so what is checked is what runs.</summary>
internal sealed class Script
{
    private readonly byte[] content;
    private string? text;

    public Script(ScriptName name, string path, byte[] content)
    {
        Name = name;
        Path = path;
        this.content = content;
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
    public string Text => text ??= ScriptContent.Decode(content);

    /// <summary>
    /// Whether the first line asks to run outside a transaction (<c>-- evolve-tx-off</c>). Evolve looks for the
    /// word in the first line only, in either case.
    /// </summary>
    public bool IsTransactionOff => FirstLineHolds("evolve-tx-off");

    /// <summary>Whether a repeatable runs on each <c>up</c> (<c>-- evolve-repeat-always</c> in the first line).</summary>
    public bool RepeatsAlways => Kind == ScriptKind.Repeatable && FirstLineHolds("evolve-repeat-always");

    public override string ToString() => FileName;

    private bool FirstLineHolds(string option)
    {
        ReadOnlySpan<char> line = Text;
        int end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).Contains(option, StringComparison.OrdinalIgnoreCase);
    }
}
