using Npgsql;

namespace Orders;

/// <summary>
/// The queries of the server. Each version selects only the columns that it needs. So it works on its own schema and on
/// every later schema that only adds objects, for example while the next version migrates. v5 works before and after its
/// contract script, which drops a column that v4 reads.
/// </summary>
internal static class OrdersQueries
{
    private const string NewestFirst = "ORDER BY placed_at DESC, order_id DESC LIMIT 100";

#if ORDERS_V5
    private const string Number = "number";
#elif ORDERS_V4
    // The new name of the column, and the old name for a row without a value in the new column. The view has only the old name.
    private const string Number = "(SELECT coalesce(orders.number, orders.reference) FROM orders WHERE orders.id = order_overview.order_id)";
#elif ORDERS_V2
    private const string Number = "reference";
#endif

#if ORDERS_V3
    private const string Select = $"""
        SELECT order_id, customer_name, placed_at, items, total, {Number},
               (SELECT max(shipped_at) FROM shipments WHERE shipments.order_id = order_overview.order_id),
               EXISTS (SELECT FROM email_confirmations AS e
                       WHERE e.customer_id = order_overview.customer_id AND e.confirmed_at IS NOT NULL)
        FROM order_overview
        """;
#elif ORDERS_V2
    private const string Select = $"""
        SELECT order_id, customer_name, placed_at, items, total, {Number},
               (SELECT max(shipped_at) FROM shipments WHERE shipments.order_id = order_overview.order_id)
        FROM order_overview
        """;
#else
    private const string Select = """
        SELECT order_id, customer_name, placed_at, items, total
        FROM order_overview
        """;
#endif

    /// <summary>Returns the newest 100 orders, newest first.</summary>
    /// <exception cref="PostgresException">
    /// The schema is older than this version, or a contract script has dropped what it reads (SQLSTATE 42P01 or 42703).
    /// </exception>
    public static async Task<List<Order>> ListAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"{Select}\n{NewestFirst}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Order> orders = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            orders.Add(Read(reader));
        }

        return orders;
    }

    private static Order Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Customer = row.GetString(1),
        PlacedAt = row.GetDateTime(2),
        Items = row.GetInt64(3),
        Total = row.GetDecimal(4),
#if ORDERS_V4
        Number = row.GetString(5),
#elif ORDERS_V2
        Reference = row.GetString(5),
#endif
#if ORDERS_V2
        LastShippedAt = row.IsDBNull(6) ? null : row.GetDateTime(6),
#endif
#if ORDERS_V3
        EmailConfirmed = row.GetBoolean(7),
#endif
    };
}
