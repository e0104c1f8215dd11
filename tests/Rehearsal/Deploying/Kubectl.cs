using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>Calls the real kubectl as clouddriver does. Source: <c>KubectlJobExecutor.java</c>.</summary>
internal sealed class Kubectl(Tool kubectl, RehearsalOptions options)
{
    /// <summary>Runs <c>kubectl apply</c>. Returns null if the selector does not match the object.</summary>
    public async Task<JsonObject?> ApplyAsync(
        JsonObject manifest, IEnumerable<string> more, string selector, CancellationToken cancellationToken)
    {
        string[] labels = selector.Length > 0 ? [$"-l={selector}"] : [];
        var result = await RunAsync(["apply", .. more, "-o", "json", "-f", "-", .. labels], manifest.ToJsonString(), cancellationToken);
        if (result.ExitCode == 0)
        {
            return (JsonObject)JsonNode.Parse(result.Output)!;
        }

        return selector.Length > 0 && result.Error.Contains("no objects passed to apply", StringComparison.Ordinal)
            ? null
            : throw new KubectlException($"Deploy failed for manifest: {manifest.FullName()}. Error: {result.Error.Trim()}");
    }

    /// <summary>Runs <c>kubectl create</c> or <c>kubectl replace</c>.</summary>
    public async Task<JsonObject> SendAsync(string verb, JsonObject manifest, CancellationToken cancellationToken)
    {
        var result = await RunAsync([verb, "-o", "json", "-f", "-"], manifest.ToJsonString(), cancellationToken);
        return result.ExitCode == 0
            ? (JsonObject)JsonNode.Parse(result.Output)!
            : throw new KubectlException($"{verb} failed for manifest: {manifest.FullName()}. Error: {result.Error.Trim()}");
    }

    /// <summary>Runs <c>kubectl delete</c>, which waits until the object no longer exists.</summary>
    public async Task DeleteAsync(
        string kind, string inNamespace, string name, string selector, CancellationToken cancellationToken)
    {
        string[] labels = selector.Length > 0 ? [$"-l={selector}"] : [];
        var result = await RunAsync(
            [.. In(inNamespace), "delete", $"{kind}/{name}", .. labels, "--ignore-not-found=true"], "", cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new KubectlException($"Failed to delete {kind}/{name} from {inNamespace}: {result.Error.Trim()}");
        }
    }

    /// <summary>Returns the current object, or null if it does not exist.</summary>
    public async Task<JsonObject?> FindAsync(string kind, string inNamespace, string name, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            [.. In(inNamespace), "-o", "json", "get", $"{kind}/{name}", "--ignore-not-found=true"], "", cancellationToken);
        return result.ExitCode == 0
            ? result.Output.Length > 0 ? (JsonObject)JsonNode.Parse(result.Output)! : null
            : throw new KubectlException($"Failed to read {kind}/{name} from {inNamespace}: {result.Error.Trim()}");
    }

    /// <summary>Returns all objects of a kind.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(
        string kind, string inNamespace, CancellationToken cancellationToken, string selector = "")
    {
        string[] labels = selector.Length > 0 ? [$"-l={selector}"] : [];
        var result = await RunAsync([.. In(inNamespace), "-o", "json", "get", kind, .. labels], "", cancellationToken);
        return result.ExitCode == 0
            ? [.. JsonNode.Parse(result.Output).Maps("items")]
            : throw new KubectlException($"Failed to list {kind} in {inNamespace}: {result.Error.Trim()}");
    }

    /// <summary>Returns the revisions to which a Deployment can be rolled back, oldest first.</summary>
    public async Task<IReadOnlyList<int>> RolloutHistoryAsync(
        string kind, string inNamespace, string name, CancellationToken cancellationToken)
    {
        var result = await RunAsync([.. In(inNamespace), "rollout", "history", $"{kind}/{name}"], "", cancellationToken);
        return result.ExitCode == 0
            ? [.. result.Output.Split('\n').Skip(2).Select(l => l.Split(' ', '\t')[0]).Where(l => l.Length > 0).Select(int.Parse).Order()]
            : throw new KubectlException($"Failed to get rollout history of {kind}/{name} from {inNamespace}: {result.Error.Trim()}");
    }

    /// <summary>Runs <c>kubectl rollout undo</c>.</summary>
    public async Task UndoRolloutAsync(
        string kind, string inNamespace, string name, int revision, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            [.. In(inNamespace), "rollout", "undo", $"{kind}/{name}", $"--to-revision={revision}"], "", cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new KubectlException($"Failed to undo rollout {kind}/{name} from {inNamespace}: {result.Error.Trim()}");
        }
    }

    private static string[] In(string inNamespace) => inNamespace.Length > 0 ? [$"--namespace={inNamespace}"] : [];

    private Task<ToolResult> RunAsync(IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        string[] context = options.Context is { } name ? [$"--context={name}"] : [];
        return kubectl.RunAsync([$"--kubeconfig={options.KubeconfigPath}", .. context, .. arguments], input, cancellationToken);
    }
}
