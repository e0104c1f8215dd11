using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Migrator.LocalCluster.Storage;

/// <summary>How to delete.</summary>
/// <param name="Propagation">Background, Foreground or Orphan: what becomes of what the object owns.</param>
internal sealed record DeleteOptions(string Propagation = "Background")
{
    /// <summary>How long a pod has to end; null for as long as the pod says.</summary>
    public long? GraceSeconds { get; init; }

    /// <summary>Only the object of that uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Only that version of the object.</summary>
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
