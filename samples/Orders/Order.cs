namespace Orders;

/// <summary>An order in the response of <c>/orders</c>.</summary>
internal sealed record Order
{
    public required long Id { get; init; }

    public required string Customer { get; init; }

    public required DateTime PlacedAt { get; init; }

    /// <summary>The sum of the quantities of all lines.</summary>
    public required long Items { get; init; }

    /// <summary>The total price, from the prices on the day of the order.</summary>
    public required decimal Total { get; init; }

#if ORDERS_V4
    /// <summary>The order number for customers, such as <c>O-2025-000042</c>.</summary>
    public required string Number { get; init; }
#endif

#if ORDERS_V4 && !ORDERS_V5
    /// <summary>The order number under its old name, for clients of v3.</summary>
    public string Reference => Number;
#elif ORDERS_V2 && !ORDERS_V5
    /// <summary>The order number for customers, such as <c>O-2025-000042</c>.</summary>
    public required string Reference { get; init; }
#endif

#if ORDERS_V2
    /// <summary>When the last parcel was shipped; null before the first.</summary>
    public required DateTime? LastShippedAt { get; init; }
#endif

#if ORDERS_V3
    /// <summary>Whether the customer has confirmed the email address.</summary>
    public required bool EmailConfirmed { get; init; }
#endif
}
