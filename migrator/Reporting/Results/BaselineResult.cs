using Migrator.History;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate baseline</c>.</summary>
internal sealed class BaselineResult : ChangeResult
{
    /// <summary>Whether the history already had the baseline.</summary>
    public bool IsUnchanged { get; set; }

    /// <summary>The adoption that was written to the history; null for none.</summary>
    public Adoption? Adoption { get; set; }

    public override IReadOnlyList<string> Lines
        => IsUnchanged ? [$"{History?.QualifiedName} already has this baseline."]
            : Adoption is not null ? [$"{History?.QualifiedName}: {Describe(Adoption)}"]
            : [];

    private static string Describe(Adoption adoption)
    {
        string start = adoption.Baseline is null ? "" : $"version {adoption.Baseline} and all versions below count as applied";
        string scripts = adoption.Applied.Count == 0 ? "" : $"{TextStyle.Count(adoption.Applied.Count, "applied script")} adopted";
        string both = start.Length > 0 && scripts.Length > 0 ? $"{start}; {scripts}" : start + scripts;
        return both.Length > 0 ? both + "." : "nothing to adopt.";
    }
}
