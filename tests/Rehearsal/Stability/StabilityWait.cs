using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stability;

/// <summary>
/// Waits until each object of a stage is stable or failed. A failed object does not end the wait for the others. If an
/// object no longer exists, the wait continues until the timeout. Source: <c>WaitForManifestStableTask.java</c>.
/// </summary>
internal sealed class StabilityWait(Kubectl kubectl, RehearsalOptions options)
{
    /// <summary>The task that waits.</summary>
    public const string TaskName = "waitForManifestToStabilize";

    /// <summary>Orca's timeout if the stage does not set one: 30 minutes.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Waits for objects.</summary>
    /// <param name="objects">The objects to wait for.</param>
    /// <param name="stage">The stage that waits.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StageFailure">An object failed, or the timeout was reached.</exception>
    public async Task RunAsync(
        IEnumerable<ObjectName> objects, StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask(TaskName);
        var account = stage.Context.Text("account") ?? "";
        List<string> messages = [];
        var pending = objects.ToList();
        List<string> failures = [];
        HashSet<ObjectName> waiting = [];
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Timeout(stage));
        try
        {
            while (pending.Count > 0)
            {
                foreach (var name in pending.ToList())
                {
                    var state = await StateAsync(name, time.Token);
                    if (state.Outcome != ManifestOutcome.Unstable)
                    {
                        pending.Remove(name);
                        stage.Report($"{name} is {(state.Outcome == ManifestOutcome.Stable ? "stable" : "failed")}");
                    }

                    if (state.Outcome == ManifestOutcome.Failed)
                    {
                        failures.Add(Message(name, state.Message));
                        messages.Add(failures[^1]);
                    }
                    else if (state.Outcome == ManifestOutcome.Unstable && waiting.Add(name))
                    {
                        messages.Add(Message(name, "waiting for manifest to stabilize"));
                    }
                }

                if (pending.Count > 0)
                {
                    await Task.Delay(options.PollInterval, time.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            SetMessages();
            throw new StageFailure(
                $"{TaskName} of stage {stage.Config.Name} timed out after {Timeout(stage)}: still waiting for {string.Join(", ", pending)}");
        }

        SetMessages();
        if (failures.Count > 0)
        {
            throw new StageFailure(failures);
        }

        void SetMessages() => stage.Context["messages"] = new JsonArray([.. messages.Select(m => (JsonNode)m)]);

        string Message(ObjectName name, string text) => $"'{name}' in '{name.Namespace}' for account {account}: {text}";
    }

    /// <summary>Returns the timeout of a stage.</summary>
    public static TimeSpan Timeout(StageExecution stage)
    {
        if (stage.Context.Number("stageTimeoutMs") is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return stage.Context.Text("stableManifestTimeoutMinutes") is { } minutes
            ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))
            : DefaultTimeout;
    }

    private async Task<ManifestState> StateAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await kubectl.FindAsync(name.Kind, name.Namespace, name.Name, cancellationToken) is { } manifest
                ? StateRules.Of(manifest)
                : ManifestState.Unstable("Unable to read manifest");
        }
        catch (KubectlException problem)
        {
            return ManifestState.Unstable(problem.Message);
        }
    }
}
