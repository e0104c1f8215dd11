namespace Migrator;

/// <summary>An error or a warning: what failed, where, why, and what to do next.</summary>
/// <param name="Id">A stable identifier for programs, such as <c>script-name</c> or <c>sql-error</c>.</param>
/// <param name="Message">What failed, in one sentence.</param>
internal sealed record Problem(string Id, string Message)
{
    /// <summary>The script's file name; null if the problem does not concern a script.</summary>
    public string? Script { get; init; }

    /// <summary>The position in the script; null if it is unknown.</summary>
    public SourcePosition? Position { get; init; }

    /// <summary>The SQLSTATE that PostgreSQL reported; null for none.</summary>
    public string? SqlState { get; init; }

    /// <summary>The DETAIL that the server reported; null for none.</summary>
    public string? Detail { get; init; }

    /// <summary>The HINT that the server reported; null for none.</summary>
    public string? Hint { get; init; }

    /// <summary>The CONTEXT that the server reported, such as the function or trigger that failed; null for none.</summary>
    public string? Context { get; init; }

    /// <summary>What the user should do next; null for none.</summary>
    public string? Advice { get; init; }

    /// <summary>The script with the position, such as <c>V2__x.sql:5:1</c> or <c>V2__x.sql</c>; null without a script.</summary>
    public string? Location => Script is null ? null
        : Position is { } at ? $"{Script}:{at.Line}:{at.Column}"
        : Script;
}
