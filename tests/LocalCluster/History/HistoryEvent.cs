using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.History;

/// <summary>One thing that happened in the cluster.</summary>
/// <param name="Number">Counts from 1 without gaps; a later event has a larger number.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Type">What.</param>
/// <param name="Kind">The kind of the object; <c>Pod</c> for what happens to containers.</param>
/// <param name="Namespace">The object's namespace; empty when its kind has none.</param>
/// <param name="Name">The object's name.</param>
/// <param name="State">The object as it was then. It is shared: do not change it.</param>
public sealed record HistoryEvent(
    long Number,
    DateTimeOffset Time,
    HistoryEventType Type,
    string Kind,
    string Namespace,
    string Name,
    JsonObject State)
{
    /// <summary>The container's name, for what happens to containers.</summary>
    public string? Container { get; init; }

    /// <summary>The exit code, of a container that has terminated.</summary>
    public int? ExitCode { get; init; }

    /// <summary>As in <c>12 ContainerTerminated Pod/default/migrate-x7k2p migrate exit code 1</c>.</summary>
    public override string ToString()
    {
        var container = Container is null ? "" : $" {Container}";
        var end = ExitCode is null ? "" : $" exit code {ExitCode}";
        return $"{Number} {Type} {Kind}/{Namespace}/{Name}{container}{end}";
    }
}
