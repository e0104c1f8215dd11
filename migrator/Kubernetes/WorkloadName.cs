namespace Migrator.Kubernetes;

/// <summary>The name of a workload, such as <c>deployment/orders</c>.</summary>
/// <param name="Kind">The kind: <c>deployment</c> or <c>statefulset</c>.</param>
/// <param name="Name">The name.</param>
internal sealed record WorkloadName(string Kind, string Name)
{
    /// <summary>The resource in paths of the API.</summary>
    public string Resource => Kind + "s";

    /// <summary>The kind in objects of the API.</summary>
    public string ApiKind => IsStatefulSet ? "StatefulSet" : "Deployment";

    /// <summary>Whether the workload is a StatefulSet.</summary>
    public bool IsStatefulSet => Kind == "statefulset";

    /// <summary>Parses <c>deployment/NAME</c> or <c>statefulset/NAME</c>; null for another text.</summary>
    public static WorkloadName? Parse(string text)
        => text.Split('/') is [("deployment" or "statefulset") and var kind, { Length: > 0 } name] && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? new WorkloadName(kind, name)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Name}";
}
