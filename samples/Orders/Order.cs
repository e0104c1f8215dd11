namespace Orders;

/// <summary>An order, as <c>/orders</c> tells of it.</summary>
internal sealed record Order
{
    public required long Id { get; init; }

    public required string Customer { get; init; }

    public required DateTime PlacedAt { get; init; }

    /// <summary>How many things, over all lines.</summary>
    public required long Items { get; init; }

    /// <summary>What they cost together, at the prices of the day of the order.</summary>
    public required decimal Total { get; init; }

#if ORDERS_V2
    /// <summary>The number that people use for it: <c>O-2025-000042</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>When its last parcel left, or null.</summary>
    public required DateTime? LastShippedAt { get; init; }
#endif

#if ORDERS_V3
    /// <summary>Whether the customer has confirmed the address that they sign in with.</summary>
    public required bool EmailConfirmed { get; init; }
#endif
}
