using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Classifies failures by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
/// </summary>
internal static class SqlStates
{
    public const string LockNotAvailable = "55P03";
    public const string DeadlockDetected = "40P01";
    public const string QueryCanceled = "57014";
    public const string UndefinedTable = "42P01";
    public const string InsufficientPrivilege = "42501";
    public const string InvalidParameterValue = "22023";
    public const string IdleSessionTimeout = "57P05";
    public const string SerializationFailure = "40001";
    public const string DivisionByZero = "22012";
    private const string InternalError = "XX000";
    public const string UniqueViolation = "23505";
    public const string WrongObjectType = "42809";
    public const string InvalidTransactionTermination = "2D000";
    public const string UnsafeNewEnumValue = "55P04";

    /// <summary>
    /// Whether the server rejected the login: wrong password, unknown role or database. A retry with the same settings does
    /// not help.
    /// </summary>
    public static bool IsRejectedLogin(string? state) => state is "28P01" or "28000" or "3D000";

    /// <summary>
    /// Whether the server is starting, is shutting down or has no connection left, so a retry may succeed. The server reports
    /// this with the severity FATAL and closes the connection. With the severity ERROR, the same states come from another
    /// server (dblink, postgres_fdw) or a RAISE: then the script failed.
    /// </summary>
    public static bool IsServerUnavailable(PostgresException e) => e.InvariantSeverity is "FATAL" or "PANIC" && IsServerUnavailable(e.SqlState);

    private static bool IsServerUnavailable(string? state)
        => state is "53300" or "57P01" or "57P02" or "57P03" or IdleSessionTimeout
        // PostgreSQL reports 08P01 also for a statement with parameters ($1) that were not sent.
        || (state != "08P01" && state?.StartsWith("08", StringComparison.Ordinal) == true);

    /// <summary>Finds the server's error in an exception, also when one of several hosts returned it; null for none.</summary>
    public static PostgresException? FindServerError(Exception e) => e switch
    {
        PostgresException server => server,
        AggregateException several => several.Flatten().InnerExceptions.Select(FindServerError).FirstOrDefault(a => a is not null),
        { InnerException: { } inner } => FindServerError(inner),
        _ => null,
    };

    /// <summary>
    /// Whether a lock could not be acquired, or another session changed the same rows of a table or of the catalog. The same statement may
    /// succeed later.
    /// </summary>
    public static bool IsLockConflict(NpgsqlException e) => e.SqlState is LockNotAvailable or DeadlockDetected or SerializationFailure || IsCatalogConflict(e);

    /// <summary>
    /// Whether another session changed the same row of the catalog at the same time: for example with GRANT, CREATE OR REPLACE or CREATE … IF NOT
    /// EXISTS. PostgreSQL takes no lock that other sessions could wait for (simple_heap_update in access/heap/heapam.c). It does not translate the
    /// two messages, so their text can be compared.
    /// </summary>
    public static bool IsCatalogConflict(NpgsqlException e) => e is PostgresException server
        && ((server.SqlState == InternalError && server.MessageText is "tuple concurrently updated" or "tuple concurrently deleted")
            || (server.SqlState == UniqueViolation && server.SchemaName == "pg_catalog"));

    /// <summary>Whether the connection failed, and not a statement on it.</summary>
    public static bool IsConnectionLoss(Exception e) => e switch
    {
        PostgresException server => IsServerUnavailable(server),
        NpgsqlException { InnerException: AuthenticationException } => false,
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };
}
