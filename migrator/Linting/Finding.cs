using Migrator.Scripts;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>A rule that a statement of a script breaks.</summary>
internal sealed record Finding(LintRule Rule, LintSeverity Severity, string Message, Script Script, SourcePosition Position)
{
    /// <summary>The table that it is about; null when none is, or the words do not tell which.</summary>
    public SqlName? Table { get; init; }

    /// <summary>The index that it is about, where the table is not known.</summary>
    public SqlName? Index { get; init; }

    /// <summary>The column that it is about.</summary>
    public string? Column { get; init; }

    /// <summary>Where the statement begins: several findings may belong to one.</summary>
    public SourcePosition Statement { get; init; }

    /// <summary>Why it is allowed; null when it is not. What is allowed does not count.</summary>
    public string? AllowedBecause { get; init; }

    /// <summary>What the database says of it, such as how small the table is; null without a database.</summary>
    public string? Refinement { get; init; }

    /// <summary>As it is reported.</summary>
    public Problem ToProblem() => new(Rule.Id, Refinement is null ? Message : $"{Message} ({Refinement})")
    {
        Script = Script.FileName,
        Position = Position,
        Detail = Rule.Happens,
        Advice = Rule.Safer,
    };
}
