using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Migrator.LocalCluster.Storage;

/// <summary>The options of a deletion.</summary>
/// <param name="Propagation">How dependents are deleted: Background, Foreground or Orphan.</param>
internal sealed record DeleteOptions(string Propagation = "Background")
{
    /// <summary>The grace period of a pod; null for the pod's own.</summary>
    public long? GraceSeconds { get; init; }

    /// <summary>The required UID of the object; null for any.</summary>
    public string? Uid { get; init; }

    /// <summary>The required version of the object; null for any.</summary>
    public string? ResourceVersion { get; init; }

    public bool IsDryRun { get; init; }

    public static DeleteOptions Read(JsonObject body, IQueryCollection query)
    {
        var grace = query["gracePeriodSeconds"] is [{ Length: > 0 } seconds]
            ? long.Parse(seconds, CultureInfo.InvariantCulture)
            : body.Whole("gracePeriodSeconds");
        var propagation = query["propagationPolicy"] is [{ Length: > 0 } policy] ? policy : body.Text(
            "propagationPolicy");
        return new DeleteOptions(propagation ?? (body.Flag("orphanDependents") == true ? "Orphan" : "Background"))
        {
            GraceSeconds = grace,
            Uid = body.Text("preconditions", "uid"),
            ResourceVersion = body.Text("preconditions", "resourceVersion"),
            IsDryRun = query["dryRun"] == "All" || body.Texts("dryRun").Contains("All"),
        };
    }
}
