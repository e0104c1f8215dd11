using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>One reading of a script, statement by statement.</summary>
internal sealed class ScriptReader : IStatementReader, IDisposable
{
    private readonly Script _script;
    private readonly ScriptText _text;
    private readonly StatementSplitter _splitter;

    /// <summary>Opens a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="placeholders">The values of its placeholders; null leaves it as it is.</param>
    /// <param name="onComment">Receives its comments that contain <paramref name="commentMarker"/>; null for none.</param>
    /// <param name="commentMarker">What a comment has to contain to be reported.</param>
    /// <exception cref="MigrateException">It cannot be opened (2).</exception>
    public ScriptReader(Script script, PlaceholderValues? placeholders, Action<SqlComment>? onComment = null, string commentMarker = "")
    {
        _script = script;
        _text = new ScriptText(script, placeholders);
        _splitter = new StatementSplitter(_text) { OnComment = onComment, CommentMarker = commentMarker };
    }

    /// <inheritdoc/>
    public int Index { get; private set; } = -1;

    /// <summary>What is wrong with the text that was read, in order.</summary>
    public IReadOnlyList<Problem> Problems =>
    [
        .. _text.Problems.Concat(_splitter.Problems.Select(p => new Problem("script-syntax", p.Message) { Script = _script.FileName, Position = p.Position }))
            .OrderBy(p => p.Position),
    ];

    /// <inheritdoc/>
    public SqlStatement? Read()
    {
        SqlStatement? statement = _splitter.Read();
        Index += statement is null ? 0 : 1;
        return statement;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<char> ReadCopyData() => _splitter.ReadCopyData();

    /// <inheritdoc/>
    public void ThrowIfChanged() => _text.ThrowIfChanged();

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();
}
