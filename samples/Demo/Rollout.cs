using System.Globalization;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo;

/// <summary>Runs helm and kubectl, prints their output, and checks the results while customers send requests.</summary>
internal sealed class Rollout(DemoEnvironment environment, Traffic customers, ReleaseTimeline timeline, Narrator narrator)
{
    private const string RevisionPrefix = "REVISION:";

    /// <summary>Time limit of each command, far above the usual time. A command that hangs fails the demo.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(6);

    private readonly Dictionary<Release, int> _revisions = [];

    /// <summary>Returns the revision that Helm gave to a release when it was deployed.</summary>
    public int RevisionOf(Release release) => _revisions[release];

    /// <summary>Installs a version of the service or upgrades to it, and returns the outcome without checking it.</summary>
    public async Task<ToolOutcome> HelmAsync(string verb, Release release, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            verb, "orders", "./chart", "--values", "samples/Demo/values.yaml",
            "--set", $"image.repository={environment.Images.OrdersRepository},image.tag={release.Name}",
            .. release.Values is { } values ? (string[])["--set", values] : [],
        ];
        var outcome = await RunHelmAsync(arguments, cancellationToken);
        await RecordOutcomeAsync(outcome, cancellationToken);
        return outcome;
    }

    /// <summary>Runs <c>helm rollback</c>, and returns the outcome without checking it.</summary>
    public Task<ToolOutcome> RollBackAsync(int revision, CancellationToken cancellationToken) => RunHelmAsync(
        ["rollback", "orders", revision.ToString(CultureInfo.InvariantCulture), "--wait"], cancellationToken);

    /// <summary>Runs kubectl, prints its output, and returns its stdout.</summary>
    public async Task<string> KubectlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(
            (a, cancel) => environment.Tools.KubectlAsync(a, cancel), "kubectl", arguments, cancellationToken);
        narrator.Output(outcome.Text.Trim());
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new ExpectationException($"{outcome.CommandLine} succeeds", $"exit code {outcome.ExitCode}");
    }

    /// <summary>Installs or upgrades, and checks the result, including the responses of the new pods.</summary>
    public async Task DeployAsync(string verb, Release release, CancellationToken cancellationToken)
    {
        var outcome = await HelmAsync(verb, release, cancellationToken);
        narrator.Expect(outcome.ExitCode == 0, "exit code 0", $"exit code {outcome.ExitCode}", outcome.Took);
        _revisions[release] = Revision(outcome.Output);
        var expected = release.ExpandScripts;
        await ExpectHistoryAsync(
            expected,
            expected.Count < release.Scripts.Count
                ? $"the history table has the {expected.Count} expand scripts of {release.Name}, and not yet its contract script"
                : $"the history table has the {expected.Count} scripts of {release.Name}, and no others",
            cancellationToken);
        await KubectlAsync(["rollout", "status", "deployment/orders", "--timeout", "2m"], cancellationToken);
        narrator.Expect(
            timeline.JobCompletedBeforePods(release),
            $"the Job completed before the first pod of {release.Name} was created",
            "a pod that was created earlier");
        await ExpectAnswersAsync(release, cancellationToken);
    }

    /// <summary>
    /// Rolls back to a revision, and checks the result, including the responses of the older version's pods.
    /// </summary>
    public async Task RollBackAsync(int revision, Release release, CancellationToken cancellationToken)
    {
        var outcome = await RollBackAsync(revision, cancellationToken);
        await RecordOutcomeAsync(outcome, cancellationToken);
        narrator.Expect(outcome.ExitCode == 0, "exit code 0", $"exit code {outcome.ExitCode}", outcome.Took);
        await ExpectHistoryAsync(
            release.Scripts,
            $"the history table has the {release.Scripts.Count} scripts of {release.Name}, and no others",
            cancellationToken);
        await ExpectAnswersAsync(release, cancellationToken);
    }

    /// <summary>Checks that no request of a customer failed.</summary>
    public void ExpectNoFailedRequests(DateTimeOffset since)
    {
        Answer[] answers = [.. customers.Answers.Where(a => a.At >= since)];
        narrator.Expect(
            customers.Failures.Count == 0 && answers.Length > 0,
            answers.Length == 0
                ? "customers' requests succeed"
                : $"all {answers.Length} requests of customers succeeded during this step, the slowest in "
                    + Elapsed.Text(answers.Max(a => a.Took)),
            $"{answers.Length} successful requests, {customers.Failures.Count} failures\n{string.Join('\n', customers.Failures.Take(3))}");
    }

    /// <summary>Checks which scripts are applied.</summary>
    public async Task ExpectHistoryAsync(IReadOnlyList<string> scripts, string expectation, CancellationToken cancellationToken)
    {
        var applied = await environment.Database.AppliedScriptsAsync(cancellationToken);
        narrator.Expect(applied.SequenceEqual(scripts), expectation, string.Join(", ", applied));
    }

    private async Task<ToolOutcome> RunHelmAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(environment.Tools.HelmAsync, "helm", arguments, cancellationToken);
        narrator.Output(outcome.ExitCode == 0 && arguments[0] != "rollback" ? Summary(outcome.Output) : outcome.Text.Trim());
        return outcome;
    }

    private async Task RecordOutcomeAsync(ToolOutcome outcome, CancellationToken cancellationToken)
    {
        var version = await environment.Database.VersionAsync(cancellationToken);
        timeline.RecordOutcome(outcome.ExitCode == 0 ? $"database at {version}" : $"fails, database at {version}");
    }

    private async Task ExpectAnswersAsync(Release release, CancellationToken cancellationToken)
    {
        var image = environment.Images.Orders(release.Version);
        var pods = (await environment.Namespace.PodsAsync(cancellationToken)).Where(p => p.AppImage() == image).ToArray();
        List<string> answers = [];
        foreach (var pod in pods)
        {
            answers.Add(await environment.Namespace.GetFromPodAsync(pod.Metadata.Name, "version", cancellationToken));
        }

        narrator.Expect(
            pods.Length > 0 && answers.TrueForAll(a => a.Contains(release.Name, StringComparison.Ordinal)),
            $"{pods.Length} pods are running, and each reports version {release.Name}",
            $"{pods.Length} pods of {image}: {string.Join(", ", answers)}");
    }

    private async Task<ToolOutcome> RunAsync(
        Func<IEnumerable<string>, CancellationToken, Task<ToolOutcome>> runAsync,
        string tool,
        string[] arguments,
        CancellationToken cancellationToken)
    {
        var line = $"{tool} {string.Join(' ', arguments)}";
        narrator.Command(line);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            return await runAsync(arguments, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"`{line}` finishes", $"it was still running after {Elapsed.Text(s_limit)}");
        }
    }

    private static int Revision(string output) => int.Parse(
        output.Split('\n').Single(line => line.StartsWith(RevisionPrefix, StringComparison.Ordinal))[RevisionPrefix.Length..],
        CultureInfo.InvariantCulture);

    /// <summary>Returns the status and revision that helm printed, without the chart's notes.</summary>
    private static string Summary(string output) => string.Join(", ", output.Split('\n')
        .TakeWhile(line => !line.StartsWith("NOTES:", StringComparison.Ordinal))
        .Where(line => line.StartsWith("STATUS:", StringComparison.Ordinal)
            || line.StartsWith(RevisionPrefix, StringComparison.Ordinal)));
}
