using Migrator.History;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate baseline</c>.</summary>
internal sealed class BaselineResult : ChangeResult
{
    /// <summary>Whether the history held the baseline already.</summary>
    public bool IsUnchanged { get; set; }

    /// <summary>What was written to the history; null for nothing.</summary>
    public Adoption? Adoption { get; set; }

    public override IReadOnlyList<string> Lines
        => IsUnchanged ? [$"{History?.QualifiedName} holds this baseline already."]
            : Adoption is not null ? [$"{History?.QualifiedName}: {Describe(Adoption)}"]
            : [];

    private static string Describe(Adoption adoption)
    {
        string start = adoption.Baseline is null ? "" : $"version {adoption.Baseline} and everything below count as applied";
        string scripts = adoption.Applied.Count == 0 ? "" : $"{TextStyle.Count(adoption.Applied.Count, "applied script")} taken over";
        string both = start.Length > 0 && scripts.Length > 0 ? $"{start}; {scripts}" : start + scripts;
        return both.Length > 0 ? both + "." : "nothing to take over.";
    }
}
