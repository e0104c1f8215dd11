namespace Migrator.Benchmarks.Migrations;

/// <summary>
/// The migrations for all contenders. They are small, with about three statements each, as in typical services.
/// </summary>
internal sealed class MigrationSet
{
    // With more tables, the benchmark would measure the server's catalog.
    private const int MostWithTables = 2_000;

    /// <param name="count">
    /// The number of migrations. Above 2,000, they change rows of one table instead of creating tables.
    /// </param>
    public MigrationSet(int count)
    {
        Migrations = [.. Enumerable.Range(1, count).Select(number => count > MostWithTables ? OfRows(number) : OfTables(number))];
        Tables = count > MostWithTables ? 1 : Migrations.Count(migration => migration.Sql.Contains("CREATE TABLE", StringComparison.Ordinal));
    }

    /// <summary>The migrations, in order.</summary>
    public IReadOnlyList<Migration> Migrations { get; }

    /// <summary>The number of tables named <c>bench_…</c> after all migrations are applied.</summary>
    public int Tables { get; }

    private static Migration OfTables(int number) => (number % 4) switch
    {
        1 => new Migration(number, $"create_orders_{number}", $"""
            CREATE TABLE bench_orders_{number} (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                customer text NOT NULL,
                placed_at timestamptz NOT NULL DEFAULT now()
            );
            CREATE INDEX bench_orders_{number}_customer ON bench_orders_{number} (customer, placed_at);
            INSERT INTO bench_orders_{number} (customer) VALUES ('Ada'), ('Grace; and others'), ('Edsger');

            """),
        2 => new Migration(number, $"add_total_to_orders_{number - 1}", $"""
            ALTER TABLE bench_orders_{number - 1} ADD COLUMN total numeric(12, 2) NOT NULL DEFAULT 0;
            UPDATE bench_orders_{number - 1} SET total = 9.99 WHERE customer = 'Ada';
            COMMENT ON COLUMN bench_orders_{number - 1}.total IS 'with taxes; in the currency of the shop';

            """),
        3 => new Migration(number, $"create_order_lines_{number - 2}", $"""
            -- Lines belong to their order.
            CREATE TABLE bench_lines_{number - 2} (
                order_id bigint NOT NULL REFERENCES bench_orders_{number - 2},
                product text NOT NULL,
                quantity int NOT NULL CHECK (quantity > 0),
                PRIMARY KEY (order_id, product)
            );
            CREATE INDEX bench_lines_{number - 2}_product ON bench_lines_{number - 2} (product);
            INSERT INTO bench_lines_{number - 2} SELECT id, 'lamp', 1 FROM bench_orders_{number - 2};

            """),
        _ => new Migration(number, $"count_lines_{number - 3}", $"""
            CREATE FUNCTION bench_lines_of_{number - 3}(wanted bigint) RETURNS bigint LANGUAGE sql STABLE AS $body$
                SELECT count(*) FROM bench_lines_{number - 3} WHERE order_id = wanted;
            $body$;
            CREATE VIEW bench_overview_{number - 3} AS
                SELECT id, customer, bench_lines_of_{number - 3}(id) AS lines FROM bench_orders_{number - 3};

            """),
    };

    private static Migration OfRows(int number) => number == 1
        ? new Migration(number, "create_settings", """
            CREATE TABLE bench_settings (
                name text PRIMARY KEY,
                value text NOT NULL,
                changed_at timestamptz NOT NULL DEFAULT now()
            );
            INSERT INTO bench_settings (name, value) VALUES ('setting_1', 'on');

            """)
        : new Migration(number, $"switch_setting_{number}", $"""
            -- A setting that the release which comes with this migration reads when it starts.
            INSERT INTO bench_settings (name, value) VALUES ('setting_{number}', 'off');
            UPDATE bench_settings SET value = 'on', changed_at = now() WHERE name = 'setting_{number}';
            DELETE FROM bench_settings WHERE name = 'setting_{number - 1}' AND value = 'on';

            """);
}
