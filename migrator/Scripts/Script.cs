namespace Migrator.Scripts;

/// <summary>
/// A script of a folder, or one that is kept in the database. Its text is not in memory: it is read when it is checked and again when it runs, and both
/// readings have to have the same checksum.
/// </summary>
internal sealed class Script
{
    private readonly Func<Stream> _open;
    private readonly ScriptContent _content;

    private Script(ScriptName name, string path, Func<Stream> open)
    {
        (Name, Path, _open) = (name, path, open);
        _content = ScriptContent.Read(open());
    }

    /// <summary>Reads a file once, for its checksum and its options.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static Script OfFile(ScriptName name, string path)
        // Pieces are read by a buffer of ours.
        => new(name, path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <summary>A script that is no file of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">What stands for its path.</param>
    /// <param name="content">Its bytes.</param>
    public static Script OfContent(ScriptName name, string path, byte[] content) => new(name, path, () => new MemoryStream(content, writable: false));

    public ScriptName Name { get; }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>Evolve's checksum of the content; see <see cref="Utf8Decoder"/>.</summary>
    public string Checksum => _content.Checksum;

    public string FileName => Name.FileName;

    public ScriptKind Kind => Name.Kind;

    /// <summary>The version; null for a repeatable script.</summary>
    public ScriptVersion? Version => Name.Version;

    /// <summary>
    /// Whether the first line asks to run outside a transaction (<c>-- evolve-tx-off</c>). Evolve looks for the
    /// word in the first line only, in either case.
    /// </summary>
    public bool IsTransactionOff => _content.IsTransactionOff;

    /// <summary>Whether a repeatable script runs on each <c>up</c> (<c>-- evolve-repeat-always</c> in the first line).</summary>
    public bool RepeatsAlways => Kind == ScriptKind.Repeatable && _content.RepeatsAlways;

    /// <summary>Opens the script's bytes.</summary>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read any more.</exception>
    public Stream Open() => _open();

    /// <summary>The failure of a run whose script cannot be read any more.</summary>
    public MigrateException Unreadable(Exception cause) => Failure($"the script could be read when the run started, and cannot be read any more: {cause.Message}", cause);

    /// <summary>The failure of a run whose script is not what it was when the script was checked.</summary>
    public MigrateException Changed() => Failure("the script was changed after the run had started", null);

    /// <summary>The failure of a run for which a statement of this script is too large.</summary>
    public MigrateException OutOfMemory(Exception cause)
        => new(ExitCode.MigrationFailed, new Problem("out-of-memory", "memory ran out") { Script = FileName }, cause);

    private MigrateException Failure(string message, Exception? cause) => new(
        ExitCode.Usage,
        new Problem("script-changed", message) { Script = FileName, Advice = "Do not change scripts while a migration runs. Run it again." },
        cause);

    public override string ToString() => FileName;
}
