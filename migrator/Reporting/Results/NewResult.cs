namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate new</c>.</summary>
internal sealed class NewResult : CommandResult
{
    /// <summary>The paths of the scripts that were created.</summary>
    public IReadOnlyList<string> Files { get; set; } = [];

    public override IReadOnlyList<string> Lines => Files;
}
