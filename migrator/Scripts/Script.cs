namespace Migrator.Scripts;

/// <summary>
/// A script in a folder or in the database. The text is not kept in memory: it is read once to check it and once more to run it. Both reads must have
/// the same checksum.
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

    /// <summary>Creates a script from a file, and reads the file once for its checksum and options.</summary>
    /// <param name="name">The name of the script.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static Script FromFile(ScriptName name, string path)
        // No buffer, because Utf8Source has one.
        => new(name, path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <summary>Creates a script that is not a file.</summary>
    /// <param name="name">The name of the script.</param>
    /// <param name="path">The text to show instead of a path, such as the name of a table.</param>
    /// <param name="content">The bytes of the script.</param>
    public static Script FromContent(ScriptName name, string path, byte[] content) => new(name, path, () => new MemoryStream(content, writable: false));

    public ScriptName Name { get; }

    /// <summary>The path of the file; for a script in the database, the text to show instead.</summary>
    public string Path { get; }

    /// <summary>Evolve's checksum of the content; see <see cref="Utf8Decoder"/>.</summary>
    public string Checksum => _content.Checksum;

    public string FileName => Name.FileName;

    public ScriptKind Kind => Name.Kind;

    /// <summary>The version; null for a repeatable script.</summary>
    public ScriptVersion? Version => Name.Version;

    public ScriptPhase Phase => Name.Phase;

    /// <summary>
    /// Whether the script runs outside a transaction, because its first line contains <c>-- evolve-tx-off</c>. Like Evolve,
    /// only the first line counts, and the option is case-insensitive.
    /// </summary>
    public bool IsTransactionOff => _content.IsTransactionOff;

    /// <summary>Whether a repeatable script runs on each <c>up</c>, because its first line contains <c>-- evolve-repeat-always</c>.</summary>
    public bool RepeatsAlways => Kind == ScriptKind.Repeatable && _content.RepeatsAlways;

    /// <summary>Opens the content of the script.</summary>
    /// <exception cref="IOException">The script can no longer be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The script can no longer be read.</exception>
    public Stream Open() => _open();

    /// <summary>Creates the exception for a script that can no longer be read during the run.</summary>
    public MigrateException Unreadable(Exception cause) => Failure($"the script can no longer be read, but could be read when the run started: {ForeignText.Of(cause.Message)}", cause);

    /// <summary>Creates the exception for a script that has changed since it was checked.</summary>
    public MigrateException Changed() => Failure("the script was changed after the run had started", null);

    /// <summary>Creates the exception for a script with a statement that does not fit in memory.</summary>
    public MigrateException OutOfMemory(Exception cause)
        => new(ExitCode.MigrationFailed, new Problem("out-of-memory", "migrate ran out of memory") { Script = FileName }, cause);

    private MigrateException Failure(string message, Exception? cause) => new(
        ExitCode.Usage,
        new Problem("script-changed", message) { Script = FileName, Advice = "Do not change scripts while a migration runs. Run the command again." },
        cause);

    public override string ToString() => FileName;
}
