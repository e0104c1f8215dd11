using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

/// <summary>Changes the list <c>status.conditions</c>.</summary>
internal static class Conditions
{
    /// <summary>
    /// Sets a condition. lastTransitionTime changes only if the condition's status changes.
    /// </summary>
    /// <param name="status">The object's status.</param>
    /// <param name="type">The type of the condition.</param>
    /// <param name="value">True or False.</param>
    /// <param name="reason">The machine-readable reason; null for none.</param>
    /// <param name="message">The human-readable message; null for none.</param>
    /// <param name="now">The current time, in the format of the API.</param>
    /// <param name="extra">
    /// The name of an additional time that is set after every change (lastUpdateTime, lastProbeTime).
    /// </param>
    public static void Set(
        JsonObject status, string type, bool value, string? reason, string? message, string now, string? extra = null)
    {
        if (status["conditions"] is not JsonArray list)
        {
            status["conditions"] = list = [];
        }

        var text = value ? "True" : "False";
        var condition = list.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        if (condition is not null
            && condition.Text("status") == text
            && condition.Text("reason") == reason
            && condition.Text("message") == message)
        {
            return;
        }

        if (condition is null)
        {
            condition = new JsonObject { ["type"] = type };
            list.Add(condition);
        }

        if (condition.Text("status") != text)
        {
            condition["lastTransitionTime"] = now;
        }

        condition["status"] = text;
        if (extra is not null)
        {
            condition[extra] = now;
        }

        SetOrRemove(condition, "reason", reason);
        SetOrRemove(condition, "message", message);
    }

    private static void SetOrRemove(JsonObject condition, string name, string? value)
    {
        if (value is null)
        {
            condition.Remove(name);
        }
        else
        {
            condition[name] = value;
        }
    }
}
