namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate completion</c>.</summary>
internal sealed class CompletionResult : CommandResult
{
    /// <summary>The lines of the shell script.</summary>
    public IReadOnlyList<string> Script { get; set; } = [];

    public override IReadOnlyList<string> Lines => Script;
}
