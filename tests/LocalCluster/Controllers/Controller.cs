using System.Threading.Channels;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// The base class of controllers. Reconciles one object at a time: after each change that affects it, and again after
/// the delay that the previous reconciliation returned.
/// </summary>
internal abstract class Controller(Registry registry)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<ObjectKey, DateTimeOffset> _due = [];

    /// <summary>Called for errors of the controller itself.</summary>
    public Action<Exception> OnFault { get; set; } = _ => { };

    protected Registry Registry => registry;

    protected ObjectStore Store => registry.Store;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<StoreChange>();
        var watching = WatchAsync(changes.Writer, cancellationToken);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                while (changes.Reader.TryRead(out var change))
                {
                    foreach (var key in Affected(change))
                    {
                        Schedule(key, Delay(change, key));
                    }
                }

                ReconcileDue();
                await WaitAsync(changes.Reader, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The cluster is being disposed.
        }

        await watching;
    }

    /// <summary>Returns the objects to reconcile after a change.</summary>
    protected abstract IEnumerable<ObjectKey> Affected(StoreChange change);

    /// <summary>Returns the delay before an affected object is reconciled.</summary>
    protected virtual TimeSpan Delay(StoreChange change, ObjectKey affected) => TimeSpan.Zero;

    /// <summary>Reconciles an object.</summary>
    /// <returns>The delay after which the object is reconciled again even if nothing changes; null to wait for the next change.</returns>
    protected abstract TimeSpan? Reconcile(ObjectKey key);

    private async Task WatchAsync(ChannelWriter<StoreChange> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in Store.WatchAsync(0, cancellationToken))
            {
                writer.TryWrite(change);
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster is being disposed.
        }
    }

    private void Schedule(ObjectKey key, TimeSpan delay)
    {
        var due = DateTimeOffset.UtcNow + delay;
        if (!_due.TryGetValue(key, out var before) || due < before)
        {
            _due[key] = due;
        }
    }

    private void ReconcileDue()
    {
        foreach (var key in _due.Where(d => d.Value <= DateTimeOffset.UtcNow).Select(d => d.Key).ToArray())
        {
            _due.Remove(key);
            TimeSpan? again;
            try
            {
                again = Reconcile(key);
            }
            catch (ApiException)
            {
                // The write was rejected, usually because of a concurrent change. Retry.
                again = s_retry;
            }
            catch (Exception problem)
            {
                OnFault(problem);
                again = s_retry;
            }

            if (again is { } pause)
            {
                Schedule(key, pause);
            }
        }
    }

    private async Task WaitAsync(ChannelReader<StoreChange> reader, CancellationToken cancellationToken)
    {
        var wait = _due.Count == 0 ? Timeout.InfiniteTimeSpan : _due.Values.Min() - DateTimeOffset.UtcNow;
        if (wait != Timeout.InfiniteTimeSpan && wait <= TimeSpan.Zero)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (wait != Timeout.InfiniteTimeSpan)
        {
            limit.CancelAfter(wait + TimeSpan.FromMilliseconds(1));
        }

        try
        {
            await reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A scheduled reconciliation is due.
        }
    }
}
