using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>The state of a container in its status: waiting, running or terminated.</summary>
internal abstract record ContainerState
{
    public abstract JsonObject ToJson();

    private static void SetUnlessEmpty(JsonObject value, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            value[name] = text;
        }
    }

    public sealed record Waiting(string Reason, string? Message = null) : ContainerState
    {
        public override JsonObject ToJson()
        {
            var waiting = new JsonObject { ["reason"] = Reason };
            SetUnlessEmpty(waiting, "message", Message);
            return new JsonObject { ["waiting"] = waiting };
        }
    }

    public sealed record Running(DateTimeOffset StartedAt) : ContainerState
    {
        public override JsonObject ToJson() =>
            new() { ["running"] = new JsonObject { ["startedAt"] = Json.Write(StartedAt) } };
    }

    public sealed record Terminated(
        int ExitCode, string Reason, string? Message, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt) : ContainerState
    {
        public override JsonObject ToJson()
        {
            var terminated = new JsonObject { ["exitCode"] = ExitCode };
            SetUnlessEmpty(terminated, "reason", Reason);
            SetUnlessEmpty(terminated, "message", Message);
            terminated["startedAt"] = StartedAt is { } start ? Json.Write(start) : null;
            terminated["finishedAt"] = FinishedAt is { } end ? Json.Write(end) : null;
            return new JsonObject { ["terminated"] = terminated };
        }
    }
}
