namespace Migrator;

/// <summary>One thing that is wrong: what happened, where, why, and what to do next.</summary>
/// <param name="Id">A stable name for machines, such as <c>script-name</c> or <c>sql-error</c>.</param>
/// <param name="Message">What happened, in one sentence.</param>
internal sealed record Problem(string Id, string Message)
{
    /// <summary>The script's file name, when a script is concerned.</summary>
    public string? Script { get; init; }

    /// <summary>Where in the script, when that is known.</summary>
    public SourcePosition? Position { get; init; }

    /// <summary>PostgreSQL's SQLSTATE, when the server said it.</summary>
    public string? SqlState { get; init; }

    /// <summary>The server's DETAIL.</summary>
    public string? Detail { get; init; }

    /// <summary>The server's HINT.</summary>
    public string? Hint { get; init; }

    /// <summary>The server's CONTEXT: the function or trigger in which it happened.</summary>
    public string? Context { get; init; }

    /// <summary>What to do next.</summary>
    public string? Advice { get; init; }

    /// <summary><c>V2__x.sql:5:1</c>, <c>V2__x.sql</c>, or null where no script is concerned.</summary>
    public string? Location => Script is null ? null
        : Position is { } at ? $"{Script}:{at.Line}:{at.Column}"
        : Script;
}
