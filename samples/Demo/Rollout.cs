using System.Globalization;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo;

/// <summary>helm and kubectl on the shop, told as they run, while customers ask for their orders.</summary>
internal sealed class Rollout(Stage stage, Traffic customers, Chronicle chronicle, Narrator narrator)
{
    /// <summary>Far above what any of it takes; a hang ends as a failure.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(6);

    /// <summary>Installs a release or upgrades to it, whatever comes of it.</summary>
    public async Task<ToolOutcome> HelmAsync(string verb, Release release, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            verb, "orders", "./chart", "--values", "samples/Demo/values.yaml",
            "--set", $"image.repository={stage.Images.OrdersRepository},image.tag={release.Name}",
        ];
        return await HelmAsync(arguments, cancellationToken);
    }

    /// <summary>Runs kubectl, prints what it says, and returns it.</summary>
    public async Task<string> KubectlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(
            (a, cancel) => stage.Tools.KubectlAsync(a, cancel), "kubectl", arguments, cancellationToken);
        narrator.Output(outcome.Text.Trim());
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new ExpectationException($"{outcome.CommandLine} succeeds", $"exit code {outcome.ExitCode}");
    }

    /// <summary>Installs or upgrades, and sees all of it through to the answers of the new pods.</summary>
    public async Task GoOutAsync(string verb, Release release, CancellationToken cancellationToken)
    {
        var outcome = await HelmAsync(verb, release, cancellationToken);
        narrator.Expect(outcome.ExitCode == 0, "exit code 0", $"exit code {outcome.ExitCode}", outcome.Took);
        await ExpectHistoryAsync(release, cancellationToken);
        await KubectlAsync(["rollout", "status", "deployment/orders", "--timeout", "2m"], cancellationToken);
        narrator.Expect(
            chronicle.JobCameFirst(release),
            $"the Job was complete before the first pod of {release.Name} was made",
            "a pod that was made before");
        await ExpectAnswersAsync(release, cancellationToken);
    }

    /// <summary>Rolls back to a revision, and sees all of it through to the answers of the pods that come back.</summary>
    public async Task GoBackAsync(int revision, Release release, CancellationToken cancellationToken)
    {
        var outcome = await HelmAsync(
            ["rollback", "orders", revision.ToString(CultureInfo.InvariantCulture), "--wait"], cancellationToken);
        narrator.Expect(outcome.ExitCode == 0, "exit code 0", $"exit code {outcome.ExitCode}", outcome.Took);
        await ExpectHistoryAsync(release, cancellationToken);
        await ExpectAnswersAsync(release, cancellationToken);
    }

    /// <summary>Checks that customers have had all their answers, the first pods' too.</summary>
    public void ExpectContentCustomers(DateTimeOffset since)
    {
        Answer[] answers = [.. customers.Answers.Where(a => a.At >= since)];
        narrator.Expect(
            customers.Failures.Count == 0 && answers.Length > 0,
            answers.Length == 0
                ? "customers are answered"
                : $"customers got all of their {answers.Length} answers meanwhile, the slowest in "
                    + Elapsed.Text(answers.Max(a => a.Took)),
            $"{answers.Length} answers, {customers.Failures.Count} failures\n{string.Join('\n', customers.Failures.Take(3))}");
    }

    private async Task<ToolOutcome> HelmAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(stage.Tools.HelmAsync, "helm", arguments, cancellationToken);
        narrator.Output(outcome.ExitCode == 0 && arguments[0] != "rollback" ? Summary(outcome.Output) : outcome.Text.Trim());
        var version = await stage.Database.VersionAsync(cancellationToken);
        chronicle.NoteOutcome(outcome.ExitCode == 0 ? $"database at {version}" : $"fails, database at {version}");
        return outcome;
    }

    private async Task ExpectHistoryAsync(Release release, CancellationToken cancellationToken)
    {
        var applied = await stage.Database.AppliedScriptsAsync(cancellationToken);
        narrator.Expect(
            applied.SequenceEqual(release.Scripts),
            $"the history holds the {release.Scripts.Count} scripts of {release.Name}, and no other",
            string.Join(", ", applied));
    }

    private async Task ExpectAnswersAsync(Release release, CancellationToken cancellationToken)
    {
        var image = stage.Images.Orders(release.Version);
        var pods = (await stage.Namespace.PodsAsync(cancellationToken)).Where(p => p.AppImage() == image).ToArray();
        List<string> answers = [];
        foreach (var pod in pods)
        {
            answers.Add(await stage.Namespace.AskAsync(pod.Metadata.Name, "version", cancellationToken));
        }

        narrator.Expect(
            pods.Length > 0 && answers.TrueForAll(a => a.Contains(release.Name, StringComparison.Ordinal)),
            $"{pods.Length} pods run, and each says that it is {release.Name}",
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
            throw new ExpectationException($"`{line}` ends", $"it ran for {Elapsed.Text(s_limit)}");
        }
    }

    /// <summary>What helm says of a release, without the chart's notes.</summary>
    private static string Summary(string output) => string.Join(", ", output.Split('\n')
        .TakeWhile(line => !line.StartsWith("NOTES:", StringComparison.Ordinal))
        .Where(line => line.StartsWith("STATUS:", StringComparison.Ordinal)
            || line.StartsWith("REVISION:", StringComparison.Ordinal)));
}
