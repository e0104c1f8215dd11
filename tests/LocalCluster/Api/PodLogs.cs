using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Kubelet;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Handles requests for <c>pods/NAME/log</c>.</summary>
internal sealed class PodLogs(ObjectStore store, INodeLogs logs)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public async Task WriteAsync(HttpContext http, RequestPath target)
    {
        var pod = store.Get(target.Key) ?? throw ApiException.NotFound(target.Kind, target.Name);
        var query = http.Request.Query;
        var container = ContainerOf(pod, query["container"].ToString());
        var previous = query["previous"] == "true";
        var log = logs.Find(pod.Text("metadata", "uid")!, container, previous) ?? throw NoLog(pod, container, previous);
        http.Response.ContentType = "text/plain";
        await using var file = new FileStream(
            log.File, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (long.TryParse(query["tailLines"], CultureInfo.InvariantCulture, out var lines))
        {
            await SkipToTailAsync(file, lines, http.RequestAborted);
        }

        var follow = query["follow"] == "true";
        var limit = long.TryParse(query["limitBytes"], CultureInfo.InvariantCulture, out var bytes) ? bytes : long.MaxValue;
        var buffer = new byte[16 * 1024];
        while (limit > 0)
        {
            var isComplete = log.IsComplete;
            var read = await file.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit)), http.RequestAborted);
            limit -= read;
            if (read > 0)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
            else if (!follow || isComplete)
            {
                break;
            }
            else
            {
                await Task.Delay(s_pause, http.RequestAborted);
            }
        }
    }

    private static string ContainerOf(JsonObject pod, string requested)
    {
        string[] names = [.. pod.Items("spec", "containers").Select(c => c.Text("name")!)];
        string[] all = [.. names, .. pod.Items("spec", "initContainers").Select(c => c.Text("name")!)];
        var name = pod.Text("metadata", "name")!;
        if (requested.Length == 0)
        {
            return names is [var only]
                ? only
                : throw ApiException.BadRequest(
                    $"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', names)}]");
        }

        return all.Contains(requested)
            ? requested
            : throw ApiException.BadRequest($"container {requested} is not valid for pod {name}");
    }

    private static ApiException NoLog(JsonObject pod, string container, bool previous)
    {
        var name = pod.Text("metadata", "name");
        if (previous)
        {
            return ApiException.BadRequest(
                $"previous terminated container \"{container}\" in pod \"{name}\" not found");
        }

        var why = pod.Items("status", "containerStatuses")
            .Concat(pod.Items("status", "initContainerStatuses"))
            .Where(c => c.Text("name") == container)
            .Select(c => c.Text("state", "waiting", "reason"))
            .FirstOrDefault() ?? "ContainerCreating";
        var state = why is "ErrImagePull" or "ImagePullBackOff"
            ? "trying and failing to pull image"
            : $"waiting to start: {why}";
        return ApiException.BadRequest($"container \"{container}\" in pod \"{name}\" is {state}");
    }

    private static async Task SkipToTailAsync(FileStream file, long lines, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        var start = bytes.Length;
        if (lines > 0)
        {
            // A line break at the end of the file belongs to the last line.
            var index = start > 0 && bytes[^1] == '\n' ? start - 2 : start - 1;
            for (; index >= 0; index--)
            {
                if (bytes[index] == '\n' && --lines == 0)
                {
                    break;
                }
            }

            start = index + 1;
        }

        file.Position = start;
    }
}
