using k8s;
using k8s.Models;
using Migrator.Demo.Narration;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo.Shop;

/// <summary>Collects the periods of a timeline: when each Job ran, and when the pods of each version ran.</summary>
/// <param name="record">The changes in the cluster.</param>
/// <param name="customers">The customers' requests.</param>
/// <param name="images">The images of the versions.</param>
internal sealed class ReleaseTimeline(ClusterRecord record, Traffic customers, SampleImages images)
{
    private readonly Dictionary<string, string> _outcomes = [];

    /// <summary>Records the outcome of the newest Job that migrates or rolls back.</summary>
    public void RecordOutcome(string outcome) => _outcomes[Jobs().Last(j => !IsContract(j.Job)).Job.Uid()] = outcome;

    /// <summary>Records the outcome of a contract Job, which is not drawn otherwise.</summary>
    public void RecordOutcome(V1Job contract, string outcome) => _outcomes[contract.Uid()] = outcome;

    /// <summary>Returns the contract Job of a version, and when it was created.</summary>
    public async Task<(V1Job Job, DateTimeOffset Created)> ContractJobAsync(Release release, CancellationToken cancellationToken)
    {
        var created = await record.WaitForAsync(
            c => c.Value is V1Job job && IsContract(job) && ImageOf(job) == images.Orders(release.Version), cancellationToken);
        return ((V1Job)created.Value, created.At);
    }

    /// <summary>Waits until a Job has ended, and returns whether it succeeded.</summary>
    public async Task<bool> SucceedsAsync(V1Job job, CancellationToken cancellationToken)
    {
        var ended = await record.WaitForAsync(
            c => c.Value is V1Job now && now.Uid() == job.Uid() && (now.IsComplete() || now.IsFailed()), cancellationToken);
        return ((V1Job)ended.Value).IsComplete();
    }

    /// <summary>Waits until every pod of a version is gone, and returns when the last one ended.</summary>
    public async Task<DateTimeOffset> LastPodEndedAsync(Release release, CancellationToken cancellationToken)
    {
        var pods = record.Changes.Where(c => IsPodOf(release, c)).Select(c => c.Value.Metadata.Uid).ToHashSet();
        List<DateTimeOffset> ends = [];
        foreach (var pod in pods)
        {
            ends.Add((await record.WaitForAsync(
                c => c.Type == WatchEventType.Deleted && c.Value.Metadata.Uid == pod, cancellationToken)).At);
        }

        return ends.Max();
    }

    /// <summary>Returns whether the newest migration Job completed before the first pod of a version was created.</summary>
    public bool JobCompletedBeforePods(Release release)
    {
        var complete = record.Changes.LastOrDefault(c => c.Value is V1Job job && job.IsComplete() && !IsContract(job));
        var created = record.Changes.FirstOrDefault(c => IsPodOf(release, c));
        return complete is not null && created is not null && complete.Version < created.Version;
    }

    /// <summary>Returns whether a pod of a version was ever created.</summary>
    public bool HadPods(Release release) => record.Changes.Any(c => IsPodOf(release, c));

    /// <summary>
    /// Returns one bar for each Job, and two bars for each period in which a version ran: when its pods ran, and when
    /// they answered requests.
    /// </summary>
    public IReadOnlyList<TimelineBar> Bars(IEnumerable<Release> releases) =>
        [.. releases.SelectMany(release => JobBars(release).Concat(PodBars(release))).OrderBy(bar => bar.From)];

    private IEnumerable<(V1Job Job, IReadOnlyList<RecordedChange> Changes)> Jobs() => record.Changes
        .Where(c => c.Value is V1Job)
        .GroupBy(c => c.Value.Metadata.Uid)
        .Select(g => ((V1Job)g.First().Value, (IReadOnlyList<RecordedChange>)[.. g]));

    private IEnumerable<TimelineBar> JobBars(Release release) => Jobs()
        .Where(j => ImageOf(j.Job) == images.Orders(release.Version))
        // A contract Job without a recorded outcome had no script to run.
        .Where(j => !IsContract(j.Job) || _outcomes.ContainsKey(j.Job.Uid()))
        .Select(j => new TimelineBar(
            $"{release.Name} {Verb(j.Job)}: {_outcomes.GetValueOrDefault(j.Job.Uid(), "?")}",
            j.Changes[0].At,
            j.Changes.First(c => c.Value is V1Job job && (job.IsComplete() || job.IsFailed())).At));

    private IEnumerable<TimelineBar> PodBars(Release release)
    {
        foreach (var (from, to) in Runs(release))
        {
            yield return new TimelineBar($"{release.Name} runs", from, to);
            Answer[] answers = [.. customers.Answers.Where(
                a => a.Version == release.Name && a.At >= from && a.At - a.Took <= to)];
            if (answers.Length > 0)
            {
                yield return new TimelineBar(
                    $"{release.Name} answers {answers.Length} requests", answers[0].At - answers[0].Took, answers[^1].At);
            }
        }
    }

    /// <summary>
    /// Returns the periods in which at least one pod of a version ran. After a rollback, a version has more than one.
    /// </summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Runs(Release release)
    {
        var pods = record.Changes
            .Where(c => IsPodOf(release, c) && ((V1Pod)c.Value).AppHasStarted())
            .GroupBy(c => c.Value.Metadata.Uid)
            .Select(g => (
                From: g.First().At, To: g.Last().Type == WatchEventType.Deleted ? g.Last().At : DateTimeOffset.UtcNow))
            .OrderBy(pod => pod.From);
        (DateTimeOffset From, DateTimeOffset To)? run = null;
        foreach (var pod in pods)
        {
            if (run is { } ended && pod.From > ended.To)
            {
                yield return ended;
                run = null;
            }

            run = run is { } open ? (open.From, pod.To > open.To ? pod.To : open.To) : pod;
        }

        if (run is { } last)
        {
            yield return last;
        }
    }

    private static string ImageOf(V1Job job) => job.Spec.Template.Spec.Containers[0].Image;

    /// <summary>
    /// Returns whether a Job belongs to the contract phase: the contract Job, or the Job with its name that checks before a
    /// rollback whether the version can run.
    /// </summary>
    private static bool IsContract(V1Job job) => job.Name().Contains("-contract-", StringComparison.Ordinal);

    private static string Verb(V1Job job) => IsContract(job) ? "contracts"
        : job.Name().EndsWith("-rollback", StringComparison.Ordinal) ? "rolls back" : "migrates";

    private bool IsPodOf(Release release, RecordedChange change) =>
        change.Value is V1Pod pod && pod.AppImage() == images.Orders(release.Version);
}
