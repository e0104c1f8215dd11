using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>Handles a watch request: sends each change as a JSON object in one line.</summary>
/// <remarks>
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes and #streaming-lists
/// </remarks>
internal sealed class WatchStream
{
    private readonly ObjectStore _store;
    private readonly RequestPath _target;
    private readonly HttpContext _http;
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;
    private readonly bool _asTable;

    public WatchStream(ObjectStore store, RequestPath target, HttpContext http)
    {
        _store = store;
        _target = target;
        _http = http;
        _labels = LabelSelector.Parse(http.Request.Query["labelSelector"]);
        _fields = FieldSelector.Parse(http.Request.Query["fieldSelector"], target.Kind);
        _asTable = Tables.IsRequested(http.Request);
    }

    public async Task RunAsync()
    {
        var query = _http.Request.Query;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_http.RequestAborted);
        if (int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds))
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        _http.Response.ContentType = "application/json";
        await _http.Response.StartAsync(end.Token);
        try
        {
            await SendAsync(query, end.Token);
        }
        catch (OperationCanceledException) when (!_http.RequestAborted.IsCancellationRequested)
        {
            // The watch timed out. The stream ends without an error.
        }
    }

    private async Task SendAsync(IQueryCollection query, CancellationToken cancellationToken)
    {
        var sendInitial = query["sendInitialEvents"] == "true";
        if (!sendInitial
            && long.TryParse(query["resourceVersion"], CultureInfo.InvariantCulture, out var version)
            && version > 0)
        {
            await FollowAsync(version, cancellationToken);
            return;
        }

        // Without a start version, the existing objects are sent first, as added objects.
        var (objects, listed) = _store.List(_target.Kind, _target.Namespace);
        foreach (var value in objects.Where(Matches))
        {
            await SendAsync("ADDED", value, cancellationToken);
        }

        if (sendInitial)
        {
            await SendBookmarkAsync(listed, isInitial: true, cancellationToken);
        }

        await FollowAsync(listed, cancellationToken);
    }

    private async Task FollowAsync(long version, CancellationToken cancellationToken)
    {
        await _http.Response.Body.FlushAsync(cancellationToken);
        await foreach (var change in _store.WatchAsync(version, cancellationToken))
        {
            if (change.Key.Kind != _target.Kind
                || (_target.Namespace.Length > 0 && change.Key.Namespace != _target.Namespace))
            {
                continue;
            }

            // An object that starts to match the selector is sent as added; an object that no longer matches is sent as
            // deleted.
            var was = change.Before is not null && Matches(change.Before);
            var isNow = change.Type != ChangeType.Deleted && Matches(change.Object);
            if (was || isNow)
            {
                var type = (was, isNow) switch { (false, _) => "ADDED", (_, false) => "DELETED", _ => "MODIFIED" };
                await SendAsync(type, change.Object, cancellationToken);
            }
        }
    }

    private bool Matches(JsonObject value) => _labels.Matches(value) && _fields.Matches(value);

    private Task SendBookmarkAsync(long version, bool isInitial, CancellationToken cancellationToken)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (isInitial)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var bookmark = new JsonObject
        {
            ["kind"] = _target.Kind.Kind,
            ["apiVersion"] = _target.Kind.ApiVersion,
            ["metadata"] = metadata,
        };
        return SendAsync("BOOKMARK", bookmark, cancellationToken);
    }

    private async Task SendAsync(string type, JsonObject value, CancellationToken cancellationToken)
    {
        var shown = _asTable && type != "BOOKMARK" ? Tables.Of(_target.Kind, value) : value.Copy();
        var line = new JsonObject { ["type"] = type, ["object"] = shown }.ToUtf8();
        await _http.Response.Body.WriteAsync(line, cancellationToken);
        await _http.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await _http.Response.Body.FlushAsync(cancellationToken);
    }
}
