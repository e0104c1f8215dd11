namespace Migrator.Rehearsal.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    /// <summary>The pipelines' files. All are saved, so that one can start another.</summary>
    public required IReadOnlyList<string> Pipelines { get; init; }

    /// <summary>Templates that pipelines may be configurations of.</summary>
    public required IReadOnlyList<string> Templates { get; init; }

    /// <summary>Tags that are pushed one after the other.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The name of a pipeline that is started by hand at the end; null for none.</summary>
    public string? Start { get; init; }

    /// <summary>Parameters for it, and for pipelines that are started by hand with a tag.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Overrides added to each bake.</summary>
    public required IReadOnlyDictionary<string, string> Overrides { get; init; }

    /// <summary>Files and folders that stand for artifacts, by the id or the name under which the pipeline expects them.</summary>
    public required IReadOnlyDictionary<string, string> Artifacts { get; init; }

    /// <summary>The Secret that is made on the stand-in, with a database of its own under the key <c>url</c>.</summary>
    public required string DatabaseSecret { get; init; }

    /// <summary>Whether the sample's data are made such, on the stand-in, that the third version's migration fails.</summary>
    public bool FailsThird { get; init; }

    /// <summary>Whether each manual judgment is answered with stop.</summary>
    public bool StopsAtJudgment { get; init; }

    /// <summary>Whether the pipelines are only checked.</summary>
    public bool ChecksOnly { get; init; }

    /// <summary>A real cluster's kubeconfig; null for the stand-in.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Its context; null for the current one.</summary>
    public string? Context { get; init; }
}
