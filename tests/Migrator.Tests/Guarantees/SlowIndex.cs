using Migrator.Tests.Support;

namespace Migrator.Tests.Guarantees;

/// <summary>An index whose build time a test can control, because it is on a function that sleeps.</summary>
internal static class SlowIndex
{
    public const string Statement = "CREATE INDEX CONCURRENTLY slow_index ON slow (sleepy(x));";

    public const string IsValid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'slow_index'::regclass";

    /// <summary>Creates the table. Building the index takes 100 seconds.</summary>
    public static Task PrepareAsync(TestDatabase database) => database.ExecuteAsync("""
        CREATE TABLE pause (seconds float8);
        INSERT INTO pause VALUES (100);
        CREATE FUNCTION sleepy(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN PERFORM pg_sleep((SELECT seconds FROM public.pause)); RETURN x; END $$;
        CREATE TABLE slow (x int);
        INSERT INTO slow VALUES (1);
        """);

    /// <summary>Sets the build time of the index to zero.</summary>
    public static Task HurryAsync(TestDatabase database) => database.ExecuteAsync("UPDATE pause SET seconds = 0");
}
