namespace Migrator.Rehearsal.Cli;

/// <summary>The options of the command line.</summary>
internal sealed record Settings
{
    /// <summary>The files of the pipelines. All are saved, so one pipeline can start another.</summary>
    public required IReadOnlyList<string> Pipelines { get; init; }

    /// <summary>The files of the templates that pipelines may configure.</summary>
    public required IReadOnlyList<string> Templates { get; init; }

    /// <summary>The tags to push, in order.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The name of a pipeline to start manually after all tags, or null.</summary>
    public string? Start { get; init; }

    /// <summary>The parameters of the manual start.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The overrides to add to each bake.</summary>
    public required IReadOnlyDictionary<string, string> Overrides { get; init; }

    /// <summary>The local files and folders to use as artifacts, by the artifact's id or name.</summary>
    public required IReadOnlyDictionary<string, string> Artifacts { get; init; }

    /// <summary>The name of the Secret to create on the local cluster. Its key <c>url</c> contains the database's URL.</summary>
    public required string DatabaseSecret { get; init; }

    /// <summary>Whether to change the sample's data on the local cluster, to make the migration of the third tag fail.</summary>
    public bool FailsThird { get; init; }

    /// <summary>Whether all tags arrive in one poll and their executions start at the same time.</summary>
    public bool IsRacing { get; init; }

    /// <summary>Whether manual judgments are answered with stop instead of continue.</summary>
    public bool StopsAtJudgment { get; init; }

    /// <summary>Whether to check the pipelines without running them.</summary>
    public bool ChecksOnly { get; init; }

    /// <summary>The kubeconfig of a real cluster, or null for the local cluster.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context in the kubeconfig, or null for the current one.</summary>
    public string? Context { get; init; }
}
