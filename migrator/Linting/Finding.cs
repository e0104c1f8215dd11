using Migrator.Scripts;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>A statement of a script that breaks a rule.</summary>
internal sealed record Finding(LintRule Rule, LintSeverity Severity, string Message, Script Script, SourcePosition Position)
{
    /// <summary>The affected table; null if no table is affected, or if the syntax does not show which.</summary>
    public SqlName? Table { get; init; }

    /// <summary>The affected index, if its table is not known; otherwise null.</summary>
    public SqlName? Index { get; init; }

    /// <summary>The affected object that is not a table or an index, such as a function; otherwise null.</summary>
    public SqlName? Object { get; init; }

    /// <summary>The affected column; null if no single column is affected.</summary>
    public string? Column { get; init; }

    /// <summary>The type of the new column, if the question is about it.</summary>
    public SqlName? Type { get; init; }

    /// <summary>What the database has to be asked about the finding.</summary>
    public LintQuestion Question { get; init; }

    /// <summary>The constraints of the table that the scripts drop before the statement, or in it. They prove nothing.</summary>
    public IReadOnlyList<string> DroppedConstraints { get; init; } = [];

    /// <summary>How to get the same result with less risk.</summary>
    public string SaferWay { get; init; } = Rule.SaferWay;

    /// <summary>The position of the statement. Several findings can have the same statement.</summary>
    public SourcePosition Statement { get; init; }

    /// <summary>The reason in the suppression comment; null if no comment allows the finding. An allowed finding does not affect the exit code.</summary>
    public string? AllowedBecause { get; init; }

    /// <summary>The facts from the database, such as the size of the table; null without a database.</summary>
    public string? Refinement { get; init; }

    /// <summary>Converts the finding to a problem for the output.</summary>
    public Problem ToProblem() => new(Rule.Id, Refinement is null ? Message : $"{Message} ({Refinement})")
    {
        Script = Script.FileName,
        Position = Position,
        Detail = Rule.Effect,
        Advice = SaferWay,
    };
}
