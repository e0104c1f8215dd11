namespace Migrator.Execution.Locking;

/// <summary>The sessions and prepared transactions that hold a lock for which a statement waits.</summary>
/// <param name="Description">A description for messages, marked as <see cref="ForeignText"/>.</param>
/// <param name="EndPrepared">
/// The statements that end the prepared transactions, marked as <see cref="ForeignText"/>; null if only sessions hold the lock.
/// </param>
internal sealed record LockHolder(string Description, string? EndPrepared)
{
    /// <summary>Creates a description from the columns of the query.</summary>
    /// <param name="sessions">The sessions; null for none.</param>
    /// <param name="prepared">The prepared transactions; null for none.</param>
    /// <param name="endPrepared">The statements that end the prepared transactions; null for none.</param>
    /// <returns>The description; null if no session and no prepared transaction was found.</returns>
    public static LockHolder? Of(string? sessions, string? prepared, string? endPrepared)
        => sessions is null && prepared is null ? null
            : new LockHolder(ForeignText.Of(string.Join(", ", new[] { sessions, prepared }.OfType<string>())), ForeignText.OfOptional(endPrepared));
}
