using System.Threading.Channels;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Brings objects to what they should be, one at a time: whenever something that matters to an object changes, and again
/// when it asked to be looked at later.
/// </summary>
internal abstract class Controller(Registry registry)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<ObjectKey, DateTimeOffset> _due = [];

    /// <summary>Told of faults of the controller itself.</summary>
    public Action<Exception> OnFault { get; set; } = _ => { };

    protected Registry Registry => registry;

    protected ObjectStore Store => registry.Store;

    /// <summary>Works until the token ends it.</summary>
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
            // The cluster goes.
        }

        await watching;
    }

    /// <summary>The objects to look at because of a change.</summary>
    protected abstract IEnumerable<ObjectKey> Affected(StoreChange change);

    /// <summary>How long after a change an affected object is looked at.</summary>
    protected virtual TimeSpan Delay(StoreChange change, ObjectKey affected) => TimeSpan.Zero;

    /// <summary>Brings an object one step closer to what it should be.</summary>
    /// <returns>When to look at it again though nothing has changed; null for never.</returns>
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
            // The cluster goes.
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
                // Refused, mostly because something has just changed: look again.
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
            // Something is due.
        }
    }
}
