using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Writes Events about objects, like the components of a real cluster. A repeated Event increments its count.
/// </summary>
internal sealed class EventRecorder(Registry registry, string component)
{
    public void Normal(JsonObject about, string reason, string message, string? fieldPath = null) =>
        Record(about, "Normal", reason, message, fieldPath);

    public void Warning(JsonObject about, string reason, string message, string? fieldPath = null) =>
        Record(about, "Warning", reason, message, fieldPath);

    private void Record(JsonObject about, string type, string reason, string message, string? fieldPath)
    {
        var space = about.Text("metadata", "namespace") ?? "default";
        var involved = new JsonObject
        {
            ["kind"] = about.Text("kind"),
            ["namespace"] = space,
            ["name"] = about.Text("metadata", "name"),
            ["uid"] = about.Text("metadata", "uid"),
            ["apiVersion"] = about.Text("apiVersion"),
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        if (fieldPath is not null)
        {
            involved["fieldPath"] = fieldPath;
        }

        var context = new WriteContext(component);
        try
        {
            var known = registry.Store.List(Kinds.Event, space).Objects.FirstOrDefault(e =>
                e.Text("involvedObject", "uid") == involved.Text("uid")
                && e.Text("reason") == reason
                && e.Text("message") == message
                && e.Text("involvedObject", "fieldPath") == fieldPath);
            if (known is null)
            {
                registry.Create(Kinds.Event, space, New(involved, type, reason, message), context);
            }
            else
            {
                registry.Update(ObjectKey.Of(Kinds.Event, known), Repeat, context);
            }
        }
        catch (ApiException)
        {
            // The namespace is being deleted, so the Event is not needed.
        }
    }

    private JsonObject Repeat(JsonObject known)
    {
        known["count"] = (known.Whole("count") ?? 1) + 1;
        known["lastTimestamp"] = registry.Now;
        return known;
    }

    private JsonObject New(JsonObject involved, string type, string reason, string message) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = string.Create(
                CultureInfo.InvariantCulture, $"{involved.Text("name")}.{DateTime.UtcNow.Ticks:x16}{Random.Shared.Next(256):x2}"),
        },
        ["involvedObject"] = involved,
        ["reason"] = reason,
        ["message"] = message,
        ["source"] = new JsonObject { ["component"] = component },
        ["firstTimestamp"] = registry.Now,
        ["lastTimestamp"] = registry.Now,
        ["count"] = 1,
        ["type"] = type,
        ["reportingComponent"] = component,
    };
}
