using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Stability;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Run Job (Manifest). It accepts exactly one Job and always recreates it. On failure, it reports why the container
/// ended. It does not delete the Job. Source: orca's <c>RunJobStage.java</c>, <c>KubernetesJobRunner.java</c>, <c>WaitOnJobCompletion.groovy</c>,
/// clouddriver's <c>KubernetesRunJobOperation.java</c>.
/// </summary>
internal sealed class RunJobStage(
    ManifestSource source, DeployOperation operation, Kubectl kubectl, RehearsalOptions options) : IStage
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(120);

    public IReadOnlyList<string> Tasks(StageExecution stage) =>
    [
        "runJob", "monitorDeploy", "promoteOutputs",
        .. Waits(stage) ? ["waitOnJobCompletion"] : Array.Empty<string>(),
        .. Binds(stage) ? ["bindProducedArtifacts"] : Array.Empty<string>(),
    ];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("runJob");
        var context = stage.Context;
        if (source.Manifests(stage) is not [var job])
        {
            throw new StageFailure("Run Job only supports manifests with a single Job.");
        }

        if (job.Kind() != "Job")
        {
            throw new StageFailure("Only kind of Job is accepted for the Run Job operation.");
        }

        foreach (var strategy in new[] { "strategy.spinnaker.io/replace", "strategy.spinnaker.io/server-side-apply" })
        {
            job.Annotations().Remove(strategy);
        }

        job.Annotations()[DeployStrategy.Recreate] = "true";
        var request = new DeployRequest([job], context.Text("application") ?? "")
        {
            Account = context.Text("credentials") ?? throw new StageFailure("RunJob needs credentials."),
            RequiredArtifacts = ManifestSource.Required(stage),
            OptionalArtifacts = stage.Artifacts,
        };
        stage.StartTask("monitorDeploy");
        var result = await operation.RunAsync(request, stage, cancellationToken);
        result.Promote(stage);
        if (Waits(stage))
        {
            stage.StartTask("waitOnJobCompletion");
            await WaitAsync(ObjectName.Of(result.Manifests[0]), stage, cancellationToken);
        }

        if (Binds(stage))
        {
            stage.StartTask("bindProducedArtifacts");
            BoundArtifacts.Bind(stage);
        }
    }

    private static bool Binds(StageExecution stage) => stage.Context.ContainsKey("expectedArtifacts");

    private static bool Waits(StageExecution stage) => stage.Context.Text("waitForCompletion")?.ToUpperInvariant() != "FALSE";

    private async Task WaitAsync(ObjectName name, StageExecution stage, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(stage.Context.Number("stageTimeoutMs") is { } limit ? TimeSpan.FromMilliseconds(limit) : s_timeout);
        try
        {
            while (true)
            {
                var job = await kubectl.FindAsync(name.Kind, name.Namespace, name.Name, time.Token)
                    ?? throw new StageFailure($"Job '{name.Name}' no longer exists, so its result is unknown.");
                var state = StateRules.Of(job);
                if (state.Outcome == ManifestOutcome.Stable)
                {
                    SetStatus(stage, job, "Succeeded", null, null);
                    return;
                }

                if (state.Outcome == ManifestOutcome.Failed)
                {
                    throw new StageFailure(await ReasonAsync(stage, job, time.Token));
                }

                await Task.Delay(options.PollInterval, time.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageFailure($"waitOnJobCompletion of stage {stage.Config.Name} timed out: {name} is still running");
        }
        catch (KubectlException problem)
        {
            throw new StageFailure(problem.Message);
        }
    }

    /// <summary>
    /// Returns the failure message. Source: <c>captureFailureDetails</c> of <c>KubernetesJobStatus.java</c>,
    /// <c>processFailure</c> of <c>WaitOnJobCompletion.groovy</c>.
    /// </summary>
    private async Task<string> ReasonAsync(StageExecution stage, JsonObject job, CancellationToken cancellationToken)
    {
        var selector = string.Join(',', (job.At("spec", "selector", "matchLabels") as JsonObject ?? []).Select(l => $"{l.Key} = {l.Value.Text()}"));
        var pods = await kubectl.ListAsync("pod", job.Namespace(), cancellationToken, selector);
        var failed = job.Maps("status", "conditions").First(c => c.Text("type") == "Failed");
        var details = pods.OrderBy(p => p.Text("status", "startTime"), StringComparer.Ordinal).Select(Details).FirstOrDefault(d => d is not null);
        SetStatus(stage, job, "Failed", failed, details);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Job: '{job.Name()}' failed. Reason: {failed.Text("reason")}. Details: {failed.Text("message")}.{(details is null ? "" : $" Additional Details: {details}")}");
    }

    /// <summary>Stores the status of the Job in the stage's fields, without its pods.</summary>
    private static void SetStatus(StageExecution stage, JsonObject job, string state, JsonObject? condition, string? failureDetails)
    {
        var completion = new JsonObject
        {
            ["exitCode"] = "",
            ["message"] = condition.Text("message") ?? "",
            ["reason"] = condition.Text("reason") ?? "",
            ["signal"] = "",
        };
        stage.Context["completionDetails"] = completion;
        stage.Context["jobStatus"] = new JsonObject
        {
            ["name"] = job.Name(),
            ["location"] = job.Namespace(),
            ["jobState"] = state,
            ["reason"] = condition.Text("reason"),
            ["completionDetails"] = completion.Copy(),
            ["failureDetails"] = failureDetails,
        };
    }

    private static string? Details(JsonObject pod)
    {
        JsonObject[] containers = [.. pod.Maps("status", "initContainerStatuses"), .. pod.Maps("status", "containerStatuses")];
        var found = containers.FirstOrDefault(c => c.Text("state", "terminated", "exitCode") is not (null or "0"))
            ?? containers.FirstOrDefault(c => c.At("state", "waiting") is not null);
        var state = found.At("state", "terminated") ?? found.At("state", "waiting");
        return found is null
            ? null
            : $"Pod: '{pod.Name()}' had errors.\n Container: '{found.Text("name")}' exited with code: {state.Text("exitCode")}.\n Status: {state.Text("reason")}.\n Logs: {state.Text("message")}";
    }
}
