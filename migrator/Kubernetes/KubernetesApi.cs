using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>
/// Reads workloads and pods from the API server. Requests that can succeed later are sent again: without a connection, and after temporary errors
/// (<see cref="ApiAnswer.IsTemporary"/>).
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="credentials">The address of the server, and the namespace of the pod.</param>
/// <param name="progress">Receives the reason when a request is sent again.</param>
/// <param name="time">The clock.</param>
/// <exception cref="MigrateException">The namespace cannot be read (2).</exception>
internal sealed class KubernetesApi(ApiConnection connection, PodCredentials credentials, IProgress progress, TimeProvider time)
{
    private const int PageSize = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly string _namespace = credentials.ReadNamespace();

    /// <summary>Why the last request failed; null if it succeeded.</summary>
    public string? Failure { get; private set; }

    /// <summary>Reads a workload.</summary>
    /// <param name="reference">The workload.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="MigrateException">The workload does not exist, or the ServiceAccount must not read it (2).</exception>
    /// <exception cref="OperationCanceledException">The time is up.</exception>
    public async Task<JsonElement> GetAsync(WorkloadName reference, CancellationToken cancellation)
    {
        string path = $"apis/apps/v1/namespaces/{_namespace}/{reference.Resource}/{reference.Name}";
        ApiAnswer answer = await SendAsync(path, reference.ApiKind, new Right("get", reference.Resource, "apps", reference.Name), cancellation).ConfigureAwait(false);
        return answer.Status switch
        {
            HttpStatusCode.OK when answer.Body!.Value.Find("metadata", "deletionTimestamp") is null => answer.Body.Value,
            HttpStatusCode.OK => throw Usage("no-workload", $"{reference} is being deleted"),
            HttpStatusCode.NotFound => throw Usage("no-workload", $"{reference} does not exist in the namespace {_namespace}"),
            _ => throw Unexpected(path, answer),
        };
    }

    /// <summary>Lists the pods of the namespace that a selector selects.</summary>
    /// <param name="selector">The label selector.</param>
    /// <param name="read">Reads what is needed of a pod; null to leave the pod out.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="MigrateException">The ServiceAccount must not list pods, or the selector is invalid (2).</exception>
    /// <exception cref="OperationCanceledException">The time is up.</exception>
    public async Task<IReadOnlyList<string>> ListPodsAsync(string selector, Func<JsonElement, string?> read, CancellationToken cancellation)
    {
        // Without resourceVersion, the server returns the newest state, and not one of its cache. All pages are of one snapshot, so a pod that appears
        // meanwhile moves no other pod to a page that was read already. When the snapshot has expired (410), only a new list is consistent
        // (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks).
        var pods = new List<string>();
        string next = "";
        while (true)
        {
            string path = string.Create(
                CultureInfo.InvariantCulture, $"api/v1/namespaces/{_namespace}/pods?limit={PageSize}&labelSelector={Uri.EscapeDataString(selector)}{(next.Length > 0 ? $"&continue={Uri.EscapeDataString(next)}" : "")}");
            ApiAnswer answer = await SendAsync(path, "PodList", new Right("list", "pods", "", null), cancellation).ConfigureAwait(false);
            switch (answer.Status)
            {
                case HttpStatusCode.OK:
                    pods.AddRange(answer.Body!.Value.Items("items").Select(read).OfType<string>());
                    next = answer.Body.Value.Text("metadata", "continue") ?? "";
                    if (next.Length == 0)
                    {
                        return pods;
                    }

                    break;
                case HttpStatusCode.Gone when next.Length > 0:
                    (pods, next) = ([], "");
                    await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
                    break;
                case HttpStatusCode.BadRequest:
                    throw Usage("label-selector", $"the API server refuses to list pods with the label selector '{ForeignText.Of(selector)}': {answer.Reason}");
                default:
                    throw Unexpected(path, answer);
            }
        }
    }

    // Returns an object of the kind, or an error that is not temporary.
    private async Task<ApiAnswer> SendAsync(string path, string kind, Right right, CancellationToken cancellation)
    {
        string? reported = null;
        while (true)
        {
            TimeSpan pause = Pause;
            try
            {
                ApiAnswer answer = await connection.GetAsync(path, cancellation).ConfigureAwait(false);
                bool isOther = answer.Status == HttpStatusCode.OK && answer.Body?.Text("kind") != kind;
                if (answer.Status == HttpStatusCode.Forbidden)
                {
                    throw Forbidden(right);
                }

                if (!answer.IsTemporary && !isOther)
                {
                    Failure = null;
                    return answer;
                }

                // A proxy or a load balancer in front of the server can answer, too.
                Failure = isOther ? $"the answer is not a {kind}" : answer.Reason;
                pause = answer.RetryAfter is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, TimeSpan.TicksPerSecond, LongestPause.Ticks)) : Pause;
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                Failure = ForeignText.Of(e.GetBaseException().Message);
            }

            if (Failure != reported)
            {
                reported = Failure;
                progress.Waiting($"waiting for the API server of Kubernetes ({credentials.Server.Authority}): {Failure}");
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }

    private MigrateException Forbidden(Right right)
    {
        string names = right.Name is null ? "" : $", resourceNames: [{right.Name}]";
        return new MigrateException(ExitCode.Usage, new Problem("forbidden", $"the ServiceAccount of this pod must not {right.Verb} {right.Resource} in the namespace {_namespace}")
        {
            Advice = $"Bind this rule of a Role to the ServiceAccount: {{apiGroups: [\"{right.Group}\"], resources: [{right.Resource}], verbs: [{right.Verb}]{names}}}",
        });
    }

    private static MigrateException Unexpected(string path, ApiAnswer answer) => new(ExitCode.Usage, new Problem("kubernetes-error", $"the API server answered GET /{path} with {answer.Reason}"));

    private static MigrateException Usage(string id, string message) => new(ExitCode.Usage, new Problem(id, message) { Advice = "Correct --after-rollout or --after-pods." });

    private sealed record Right(string Verb, string Resource, string Group, string? Name);
}
