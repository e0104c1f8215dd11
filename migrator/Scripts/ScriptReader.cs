using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>Reads a script once, statement by statement.</summary>
internal sealed class ScriptReader : IStatementReader, IDisposable
{
    // Directives and the comments of lint contain this text. Other comments are not copied from the text of the script.
    private const string CommonMarker = "migrate";

    private readonly Script _script;
    private readonly ScriptText _text;
    private readonly StatementSplitter _splitter;
    private readonly List<(SqlComment Comment, string Directive)> _directives = [];
    private readonly bool _hasPlaceholders;
    private SourcePosition? _firstStatement;

    /// <summary>Opens a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="placeholders">The values of the placeholders; null leaves the script as it is.</param>
    /// <param name="onComment">Called with each comment that contains <paramref name="commentMarker"/>; null to ignore comments.</param>
    /// <param name="commentMarker">The text that a comment must contain. Letter case is ignored.</param>
    /// <exception cref="MigrateException">The script can no longer be read (exit code 2).</exception>
    public ScriptReader(Script script, PlaceholderValues? placeholders, Action<SqlComment>? onComment = null, string commentMarker = "")
    {
        _script = script;
        _hasPlaceholders = placeholders is not null;
        _text = new ScriptText(script, placeholders);
        _splitter = new StatementSplitter(_text)
        {
            OnComment = comment =>
            {
                if (onComment is not null && comment.Text.Contains(commentMarker, StringComparison.OrdinalIgnoreCase))
                {
                    onComment(comment);
                }

                if (ScriptDirective.Parse(comment.Text) is { } directive)
                {
                    _directives.Add((comment, directive));
                }
            },
            CommentMarker = onComment is null || commentMarker.Contains(CommonMarker, StringComparison.OrdinalIgnoreCase) ? CommonMarker : "",
            IsInTransaction = !script.IsTransactionOff,
        };
    }

    /// <inheritdoc/>
    public int Index { get; private set; } = -1;

    /// <summary>The problems in the text that was read, ordered by position.</summary>
    public IReadOnlyList<Problem> Problems =>
    [
        .. _text.Problems.Concat(_splitter.Problems.Select(p => new Problem("script-syntax", p.Message) { Script = _script.FileName, Position = p.Position }))
            .Concat(DirectiveProblems())
            .OrderBy(p => p.Position),
    ];

    /// <summary>The versions after which the script must run, with the places of the directives that were read.</summary>
    public IReadOnlyList<(ScriptVersion Version, SourcePosition Position)> After
        => [.. _directives.Select(d => (ScriptDirective.VersionOf(d.Directive), d.Comment.Position)).Where(a => a.Item1 is not null).Select(a => (a.Item1!, a.Position))];

    /// <inheritdoc/>
    public SqlStatement? Read()
    {
        SqlStatement? statement = _splitter.Read();
        Index += statement is null ? 0 : 1;
        _firstStatement ??= statement?.Position;
        return statement;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<char> ReadCopyData() => _splitter.ReadCopyData();

    /// <inheritdoc/>
    public void ThrowIfChanged() => _text.ThrowIfChanged();

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();

    private IEnumerable<Problem> DirectiveProblems()
    {
        foreach ((SqlComment comment, string directive) in _directives)
        {
            bool isInHeader = _firstStatement is not { } first || comment.Position.CompareTo(first) < 0;
            if (ScriptDirective.Check(directive, isInHeader, isInEffect: !_hasPlaceholders || _text.HasPlaceholdersOff) is { } problem)
            {
                yield return problem with { Script = _script.FileName, Position = comment.Position };
            }
        }
    }
}
