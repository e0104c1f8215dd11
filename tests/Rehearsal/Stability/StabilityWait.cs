using System.Globalization;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stability;

/// <summary>
/// Waits until all objects of a stage are stable or failed: one that has failed does not end the waiting for the others.
/// An object that is gone is asked for until the time is up. Source: <c>WaitForManifestStableTask.java</c>.
/// </summary>
internal sealed class StabilityWait(Kubectl kubectl, RehearsalOptions options)
{
    /// <summary>How long Orca waits unless the stage says otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Waits for them.</summary>
    /// <param name="objects">Kind, namespace and name of each.</param>
    /// <param name="stage">The stage that waits.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StageFailure">One failed, or the time is up.</exception>
    public async Task RunAsync(
        IEnumerable<ObjectName> objects, StageExecution stage, CancellationToken cancellationToken)
    {
        var account = stage.Context.Text("account") ?? "";
        var open = objects.ToList();
        List<string> failures = [];
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Timeout(stage));
        try
        {
            while (open.Count > 0)
            {
                foreach (var name in open.ToList())
                {
                    var state = await StateAsync(name, time.Token);
                    if (state.Outcome != ManifestOutcome.Unstable)
                    {
                        open.Remove(name);
                        stage.Say($"{name} is {(state.Outcome == ManifestOutcome.Stable ? "stable" : "failed")}");
                    }

                    if (state.Outcome == ManifestOutcome.Failed)
                    {
                        failures.Add($"'{name}' in '{name.Namespace}' for account {account}: {state.Message}");
                    }
                }

                if (open.Count > 0)
                {
                    await Task.Delay(options.PollInterval, time.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageFailure(
                $"waitForManifestToStabilize of stage {stage.Config.Name} timed out after {Timeout(stage)}: still waiting for {string.Join(", ", open)}");
        }

        if (failures.Count > 0)
        {
            throw new StageFailure(string.Join("; ", failures));
        }
    }

    /// <summary>How long a stage waits.</summary>
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
