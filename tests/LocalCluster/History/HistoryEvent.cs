using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.History;

/// <summary>An event in the cluster.</summary>
/// <param name="Number">The event's number, counted from 1 without gaps.</param>
/// <param name="Time">When the event happened, UTC.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Kind">The kind of the object; <c>Pod</c> for events of containers.</param>
/// <param name="Namespace">The object's namespace; empty for a cluster-scoped kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="State">The object's state at that time. It is shared, so callers must not change it.</param>
public sealed record HistoryEvent(
    long Number,
    DateTimeOffset Time,
    HistoryEventType Type,
    string Kind,
    string Namespace,
    string Name,
    JsonObject State)
{
    /// <summary>The container's name, for events of containers; otherwise null.</summary>
    public string? Container { get; init; }

    /// <summary>The exit code, for a terminated container; otherwise null.</summary>
    public int? ExitCode { get; init; }

    /// <summary>
    /// Formats the event, for example <c>12 ContainerTerminated Pod/default/migrate-x7k2p migrate exit code 1</c>.
    /// </summary>
    public override string ToString()
    {
        var container = Container is null ? "" : $" {Container}";
        var end = ExitCode is null ? "" : $" exit code {ExitCode}";
        return $"{Number} {Type} {Kind}/{Namespace}/{Name}{container}{end}";
    }
}
